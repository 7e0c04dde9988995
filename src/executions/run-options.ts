import { z } from 'zod';
import { recordOf } from '../common/is-record.js';
import { findSchemaIssues, rejectIfAny } from '../errors/option-issue.js';

const id = z.string().min(1, 'must not be empty');
const text = (what: string): z.ZodType => z.string({ error: `must be a string: ${what}` }).min(1);

const owner = z.strictObject(
  {
    principalId: text('the id of the principal who may follow the execution'),
    tenant: text('the tenant of the principal').optional(),
  },
  { error: 'must be { principalId, tenant? }, such as ownerOf(principal)' },
);

const reserveSchema = z.strictObject({
  owner: owner.optional(),
  ttlMs: z.number().positive().optional(),
});

const runSchema = z.strictObject({
  executionId: id.optional(),
  owner: owner.optional(),
  flushIntervalMs: z.union([z.literal('auto'), z.number().nonnegative()]).optional(),
  publishResult: z.boolean().optional(),
  onExists: z.enum(['reject', 'adopt', 'replace']).optional(),
  signal: z
    .custom((value) => typeof recordOf(value)['addEventListener'] === 'function', {
      error: 'must be an AbortSignal',
    })
    .optional(),
  start: z.unknown().optional(),
  resumable: z.unknown().optional(),
});

/**
 * Refuses wrong options that would otherwise silently be accepted, such as an owner that matches no principal.
 *
 * @throws StreamingError `INVALID_OPTIONS`, with every fault and its path in `issues`
 */
export function requireRunOptions(options: object): void {
  requireValid(runSchema, options, 'The options of run');
}

/** {@link requireRunOptions} for `reserve`. */
export function requireReserveOptions(options: object): void {
  requireValid(reserveSchema, options, 'The options of reserve');
}

function requireValid(schema: z.ZodType, options: object, subject: string): void {
  rejectIfAny(findSchemaIssues(schema, options, '', 'docs/sources.md'), subject);
}
