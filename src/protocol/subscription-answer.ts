import type { Cursor } from './cursor.js';
import type { ExecutionState } from './execution-state.js';
import type { StreamEventName } from './stream-event-type.js';

/** Where a new subscription stands; its updates follow after the acknowledgement. */
export interface SubscriptionPosition {
  /** The position after which updates are delivered. Adopt it, whatever you asked for. */
  readonly cursor: Cursor;
  /** False when the log could not serve the cursor: what it still has follows from `cursor`. */
  readonly recovered: boolean;
}

/** Answer to `subscribe_execution`. */
export interface SubscriptionAnswer extends SubscriptionPosition {
  readonly executionId: string;
  /** The state at the moment of {@link head}, however far back the updates begin. */
  readonly state: ExecutionState;
  /**
   * The sequence number of the newest update. When the cursor has it and the state is terminal,
   * nothing follows.
   */
  readonly head: number;
  readonly eventTypes?: readonly StreamEventName[];
}
