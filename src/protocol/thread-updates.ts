import type { ExecutionState } from './execution-state.js';
import type { AnsweredInterrupt, InterruptRequest } from './interrupt-request.js';

/** The state of a run in the updates of its thread. */
export type ThreadRunState = 'queued' | ExecutionState;

/** `data` of the updates `run:*` of a thread. */
export interface ThreadRunData {
  /** The id of the run. */
  readonly executionId: string;
  /** The state of the run after this update. */
  readonly state: ThreadRunState;
  /** In `run:queued` and `run:start`: the id of the principal that started the run. */
  readonly startedBy?: string;
  /** In `run:queued` and `run:start`: the input of the run, if the agent publishes inputs. */
  readonly input?: unknown;
  /** In `run:start` of a fork: the checkpoint at which the run begins. */
  readonly checkpointId?: string;
  /** In `run:interrupt`: the open questions. Also in `run:end` of a run that ended with open questions. */
  readonly interrupts?: readonly InterruptRequest[];
  /** In `run:answer`: the answered questions, and who answered them. */
  readonly answered?: readonly AnsweredInterrupt[];
  /** In `run:end`: why the run was cancelled, or that its instance is gone. */
  readonly reason?: string;
  /** In `run:end`: set if the run was rolled back. Then all its updates are void. */
  readonly void?: true;
}

/** `data` of a `thread:update` update: the changes. */
export interface ThreadUpdateData {
  /** The new title, if it was changed. */
  readonly title?: string;
  /** The new metadata, if they were changed. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** The id of the checkpoint that was written, if the state was edited. */
  readonly checkpointId?: string;
}
