import { z } from 'zod';
import type { ThreadRequestName } from '../protocol/thread-messages.js';

const MAX_TITLE_LENGTH = 256;
const MAX_PAGE_LENGTH = 100;
/** The cursor of a list contains the id of a thread, so it is longer than an id. */
const listCursor = z.string().min(1).max(16_384).optional();
const MAX_ANSWERS = 64;
/** The largest metadata in bytes of JSON. It is kept with the thread. */
const MAX_METADATA_BYTES = 8_192;

/** Parts that the schemas of all events have in common. */
interface Parts<Id extends z.ZodType, Cursor extends z.ZodType, Facts extends z.ZodType> {
  readonly id: Id;
  readonly cursor: Cursor;
  readonly facts: Facts;
}

/** Checkpointers keep threads in objects, and refuse these names. */
const RESERVED_IDS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** The schemas of client events about threads and questions. */
export function createThreadSchemas<
  Id extends z.ZodType<string>,
  Cursor extends z.ZodType,
  Facts extends z.ZodType,
>({ id, cursor, facts }: Parts<Id, Cursor, Facts>) {
  const metadata = bounded(facts).optional();
  const threadId = id.refine((name) => !RESERVED_IDS.has(name), 'is reserved');
  const checkpointId = threadId.optional();
  const limit = z.int().positive().max(MAX_PAGE_LENGTH).optional();
  return {
    respond_interrupt: z
      .object({
        executionId: id,
        interruptId: id.optional(),
        value: z.unknown().optional(),
        answers: z
          .array(z.object({ interruptId: id, value: z.unknown() }))
          .min(1)
          .max(MAX_ANSWERS)
          .optional(),
        threadId: threadId.optional(),
        update: facts.optional(),
        goto: z.union([id, z.array(id).min(1).max(MAX_ANSWERS)]).optional(),
      })
      .refine((given) => given.answers !== undefined || 'value' in given, 'needs value or answers'),
    start_execution: z.object({
      agent: id,
      threadId: threadId.optional(),
      key: id.optional(),
      input: z.unknown().optional(),
      checkpointId,
      multitask: z.enum(['enqueue', 'reject', 'interrupt', 'rollback']).optional(),
      onInterrupt: z.enum(['wait', 'end']).optional(),
      metadata,
      follow: z.boolean().optional(),
    }),
    subscribe_thread: z.object({
      threadId,
      cursor,
      from: z.enum(['start', 'live']).optional(),
    }),
    unsubscribe_thread: z.object({ threadId }),
    get_thread: z.object({ threadId }),
    get_thread_history: z.object({ threadId, limit, before: checkpointId }),
    list_threads: z.object({ limit, cursor: listCursor }).optional(),
    update_thread: z.object({
      threadId,
      title: z.string().max(MAX_TITLE_LENGTH).optional(),
      metadata,
      state: z
        .object({
          values: z.unknown(),
          asNode: id.optional(),
          checkpointId,
        })
        .optional(),
    }),
    delete_thread: z.object({ threadId }),
  } as const satisfies Record<ThreadRequestName | 'respond_interrupt', z.ZodType>;
}

function bounded<Facts extends z.ZodType>(facts: Facts): Facts {
  return facts.refine(
    (given) => Buffer.byteLength(JSON.stringify(given)) <= MAX_METADATA_BYTES,
    `must not be larger than ${MAX_METADATA_BYTES} bytes of JSON`,
  );
}
