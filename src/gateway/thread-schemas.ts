import { z } from 'zod';
import type { ThreadRequestName } from '../protocol/thread-messages.js';

const MAX_TITLE_LENGTH = 256;
const MAX_PAGE_LENGTH = 100;
const MAX_ANSWERS = 64;

/** Parts that the schemas of all events have in common. */
interface Parts<Id extends z.ZodType, Cursor extends z.ZodType, Facts extends z.ZodType> {
  readonly id: Id;
  readonly cursor: Cursor;
  readonly facts: Facts;
}

/** What each client event about threads and questions must look like. */
export function createThreadSchemas<
  Id extends z.ZodType<string>,
  Cursor extends z.ZodType,
  Facts extends z.ZodType,
>({ id, cursor, facts }: Parts<Id, Cursor, Facts>) {
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
        threadId: id.optional(),
        update: facts.optional(),
        goto: z.union([id, z.array(id).min(1).max(MAX_ANSWERS)]).optional(),
      })
      .refine((given) => given.answers !== undefined || 'value' in given, 'needs value or answers'),
    start_execution: z.object({
      agent: id,
      threadId: id.optional(),
      key: id.optional(),
      input: z.unknown().optional(),
      checkpointId: id.optional(),
      multitask: z.enum(['enqueue', 'reject', 'interrupt', 'rollback']).optional(),
      onInterrupt: z.enum(['wait', 'end']).optional(),
      metadata: facts.optional(),
      follow: z.boolean().optional(),
    }),
    subscribe_thread: z.object({
      threadId: id,
      cursor,
      from: z.enum(['start', 'live']).optional(),
    }),
    unsubscribe_thread: z.object({ threadId: id }),
    get_thread: z.object({ threadId: id }),
    get_thread_history: z.object({ threadId: id, limit, before: id.optional() }),
    list_threads: z.object({ limit, cursor: id.optional() }).optional(),
    update_thread: z.object({
      threadId: id,
      title: z.string().max(MAX_TITLE_LENGTH).optional(),
      metadata: facts.optional(),
      state: z
        .object({ values: z.unknown(), asNode: id.optional(), checkpointId: id.optional() })
        .optional(),
    }),
    delete_thread: z.object({ threadId: id }),
  } as const satisfies Record<ThreadRequestName | 'respond_interrupt', z.ZodType>;
}
