import { z } from 'zod';
import { isWellFormed } from '../common/is-well-formed.js';
import type { ClientEventName } from '../protocol/client-events.js';
import { CONFIRMATION_EVENTS } from '../protocol/streaming-gateway-events.js';
import { toStreamEventName } from '../protocol/stream-event-type.js';
import { createThreadSchemas } from './thread-schemas.js';

const MAX_LIST_LENGTH = 64;
const MAX_NAME_LENGTH = 64;
const MAX_REASON_LENGTH = 512;
const MAX_TOKEN_LENGTH = 16_384;

/** The legacy name of the update event. Clients of 0.x listed it among the types to ask for all types. */
const EVERYTHING = 'stream_update';

const eventType = z
  .string()
  .max(MAX_NAME_LENGTH)
  .transform((name, context) => {
    const known = toStreamEventName(name);
    if (known) return known;
    context.addIssue({ code: 'custom', message: 'is not an event type of the protocol' });
    return z.NEVER;
  });

const eventTypes = z
  .array(z.union([z.literal(EVERYTHING).transform(() => undefined), eventType]))
  .max(MAX_LIST_LENGTH)
  .transform((names) => names.filter((name) => name !== undefined));

/**
 * The schemas of client events. Keys that a schema does not name are dropped, because legacy clients send
 * additional keys.
 *
 * @param maxIdLength - the longest id a client may name
 */
export function createMessageSchemas(maxIdLength: number) {
  const id = z
    .string()
    .min(1)
    .max(maxIdLength)
    .refine(isWellFormed, 'must not contain half of a character');
  const facts = z.record(z.string(), z.unknown());
  const cursor = z.object({ epoch: id, sequence: z.int().nonnegative() }).optional();
  const subscription = z.object({
    eventTypes: eventTypes.optional(),
    nodeIds: z.array(id).max(MAX_LIST_LENGTH).optional(),
    agents: z.array(id).max(MAX_LIST_LENGTH).optional(),
    subgraphs: z.boolean().optional(),
    cursor,
    from: z.enum(['start', 'live']).optional(),
  });
  return {
    subscribe_execution: z.object({
      executionId: id,
      eventTypes: eventTypes.optional(),
      options: subscription.optional(),
      waitForMs: z.int().nonnegative().optional(),
    }),
    unsubscribe_execution: z.object({ executionId: id }),
    subscribe_events: z.object({
      eventTypes,
      scope: z.object({ executionId: id.optional(), roomId: id.optional() }).optional(),
    }),
    join_room: z.object({ roomId: id, options: subscription.optional() }),
    leave_room: z.object({ roomId: id }),
    authentication: z.object({
      token: z.string().max(MAX_TOKEN_LENGTH).optional(),
      apiKey: z.string().max(MAX_TOKEN_LENGTH).optional(),
      ticket: z.string().max(MAX_TOKEN_LENGTH).optional(),
      credentials: z.record(z.string(), z.unknown()).optional(),
      metadata: z.record(z.string(), z.unknown()).optional(),
    }),
    ping: z.unknown(),
    get_status: z.object({ executionId: id.optional() }).optional(),
    cancel_execution: z.object({
      executionId: id,
      reason: z.string().max(MAX_REASON_LENGTH).optional(),
      threadId: id.optional(),
    }),
    ...createThreadSchemas({ id, cursor, facts }),
  } as const satisfies Record<ClientEventName, z.ZodType>;
}

/** The schemas of all client events. */
export type MessageSchemas = ReturnType<typeof createMessageSchemas>;

/** The validated payload of a client event. */
export type MessagePayload<E extends ClientEventName> = z.output<MessageSchemas[E]>;

/** Whether `name` is an event that the gateway answers. */
export function isClientEventName(name: string): name is ClientEventName {
  return Object.hasOwn(CONFIRMATION_EVENTS, name);
}
