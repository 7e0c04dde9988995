import { Logger } from '@nestjs/common';
import { describeError } from '../errors/describe-error.js';

const logger = new Logger('StreamSource');

/** Logs what a source threw when nobody waited for it any more: how its execution ends is settled. */
export function reportSourceFault(executionId: string, what: string, error: unknown): void {
  logger.error(`Execution ${executionId}: ${what}`, describeError(error));
}
