import { Logger } from '@nestjs/common';
import { describeError } from '../errors/describe-error.js';

const logger = new Logger('StreamSource');

/** Logs an error that a source threw after the end of its execution was already decided. */
export function reportSourceFault(executionId: string, what: string, error: unknown): void {
  logger.error(`Execution ${executionId}: ${what}`, describeError(error));
}

/** The largest number of kinds for which advice is logged, because applications may make up kinds. */
const MAX_ADVICE = 100;

const advised = new Set<string>();

/** Logs advice for a source, once for each `kind`. */
export function adviseSource(kind: string, advice: string): void {
  if (advised.has(kind) || advised.size >= MAX_ADVICE) return;
  advised.add(kind);
  logger.warn(advice);
}
