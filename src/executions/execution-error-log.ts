import { Logger } from '@nestjs/common';
import { describeError } from '../errors/describe-error.js';

const logger = new Logger('Execution');

/** Logs the errors of one execution. */
export class ExecutionErrorLog {
  /** The last failure. Several waits for the log reject with the same error, and it is logged once. */
  #last: unknown;

  constructor(private readonly executionId: string) {}

  failed(error: unknown): void {
    if (error === this.#last) return;
    this.#last = error;
    logger.error(`Execution ${this.executionId} failed`, describeError(error));
  }

  /** The claim was refused. The caller of the start gets the error, so for the server it is a detail. */
  refused({ message }: Error): void {
    logger.debug(`Execution ${this.executionId}: ${message}`);
  }

  /** A listener of the execution's signal threw. */
  listenerThrew(error: unknown): void {
    logger.error(
      `A listener of the signal of execution ${this.executionId} threw`,
      describeError(error),
    );
  }
}
