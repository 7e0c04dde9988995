import { z } from 'zod';
import { isStreamEventName } from '../protocol/stream-event-type.js';

const flag = z.boolean();
const count = z.int().positive();
const durationMs = z.int().nonnegative();
const percentage = z.number().min(0).max(100);
const callable = z.custom((value) => typeof value === 'function', 'must be a function');
const eventTypes = z.array(z.custom(isStreamEventName, 'must be an event type of the protocol'));

const token = z.strictObject({
  enabled: flag.optional(),
  bufferSize: count.optional(),
  batchSize: count.optional(),
  flushIntervalMs: durationMs.optional(),
  flushInterval: durationMs.optional(),
  includeMetadata: flag.optional(),
  processor: callable.optional(),
  format: z.enum(['text', 'json', 'structured']).optional(),
  filter: z
    .strictObject({
      minLength: z.int().nonnegative().optional(),
      maxLength: z.int().nonnegative().optional(),
      excludeWhitespace: flag.optional(),
      pattern: z.instanceof(RegExp).optional(),
    })
    .optional(),
});

const event = z.strictObject({
  enabled: flag.optional(),
  events: eventTypes.optional(),
  bufferSize: count.optional(),
  transformer: callable.optional(),
  filter: z
    .strictObject({
      eventTypes: eventTypes.optional(),
      excludeTypes: eventTypes.optional(),
      minPriority: z.enum(['low', 'medium', 'normal', 'high']).optional(),
      includeDebug: flag.optional(),
    })
    .optional(),
  delivery: z.enum(['at-most-once', 'at-least-once', 'exactly-once']).optional(),
});

const progress = z.strictObject({
  enabled: flag.optional(),
  intervalMs: durationMs.optional(),
  interval: durationMs.optional(),
  granularity: z.enum(['coarse', 'fine', 'detailed']).optional(),
  includeETA: flag.optional(),
  includeMetrics: flag.optional(),
  milestones: z.array(percentage).optional(),
  calculator: callable.optional(),
  format: z
    .strictObject({
      showPercentage: flag.optional(),
      showCurrent: flag.optional(),
      showTotal: flag.optional(),
      showRate: flag.optional(),
      precision: z.int().min(0).max(10).optional(),
    })
    .optional(),
});

/** The `decorators` option of the module, as a user gives it. */
export const decoratorsSchema = z.strictObject({
  enabled: flag.optional(),
  token: token.optional(),
  event: event.optional(),
  progress: progress.optional(),
  acknowledgmentTimeoutMs: count.optional(),
});
