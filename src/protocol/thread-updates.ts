import type { ExecutionState } from './execution-state.js';
import type { AnsweredInterrupt, InterruptRequest } from './interrupt-request.js';

/** The state of a run as its thread tells it. */
export type ThreadRunState = 'queued' | ExecutionState;

/** `data` of the updates `run:*` of a thread. */
export interface ThreadRunData {
  readonly executionId: string;
  readonly state: ThreadRunState;
  /** The id of the principal that started it; on `run:queued` and `run:start`. */
  readonly startedBy?: string;
  /** What it was started with, if the agent publishes it; on `run:queued` and `run:start`. */
  readonly input?: unknown;
  /** The checkpoint at which it begins, if it is a fork; on `run:start`. */
  readonly checkpointId?: string;
  /** The open questions; on `run:interrupt`, and on `run:end` of a run that ended with them. */
  readonly interrupts?: readonly InterruptRequest[];
  /** Which questions were answered by whom; on `run:answer`. */
  readonly answered?: readonly AnsweredInterrupt[];
  /** Why it was cancelled, or that its instance is gone; on `run:end`. */
  readonly reason?: string;
  /** True when it was rolled back: what it said is void; on `run:end`. */
  readonly void?: true;
}

/** `data` of a `thread:update` update: what changed. */
export interface ThreadUpdateData {
  readonly title?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** The checkpoint that was written, when the state was edited. */
  readonly checkpointId?: string;
}
