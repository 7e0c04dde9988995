import { Logger } from '@nestjs/common';
import { describeError } from '../errors/describe-error.js';

const logger = new Logger('StreamSource');

/** Logs what a source threw when nobody waited for it any more: how its execution ends is settled. */
export function reportSourceFault(executionId: string, what: string, error: unknown): void {
  logger.error(`Execution ${executionId}: ${what}`, describeError(error));
}

/** How many kinds of items advice is given on, since applications may make them up. */
const MAX_ADVICE = 100;

const advised = new Set<string>();

/** Logs what a source could do better, once for each `kind`. */
export function adviseSource(kind: string, advice: string): void {
  if (advised.has(kind) || advised.size >= MAX_ADVICE) return;
  advised.add(kind);
  logger.warn(advice);
}
