import { executionChannel, type Channel } from '../protocol/channel.js';
import type { ExecutionStatus } from '../protocol/client-events.js';
import type { ExecutionHold } from './execution-hold.js';
import type { Execution } from './execution.js';

/**
 * The few facts that are still needed after an execution has ended and its source has stopped. There can be
 * thousands of them, so the execution itself does not stay in memory.
 */
export class EndedExecution {
  readonly ended = true;
  readonly status: ExecutionStatus;
  readonly hold: ExecutionHold;

  constructor({ status, hold }: Execution) {
    this.status = status;
    this.hold = hold;
  }

  get executionId(): string {
    return this.status.executionId;
  }

  get channel(): Channel {
    return executionChannel(this.executionId);
  }

  /** It was opened, and everything it streamed is in the log. */
  get opened(): Promise<void> {
    return Promise.resolve();
  }

  finished(): Promise<void> {
    return Promise.resolve();
  }
}

/** An execution of this instance: `ended` tells which operations are left. */
export type KnownExecution = Execution | EndedExecution;
