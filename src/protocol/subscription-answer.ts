import type { Cursor } from './cursor.js';
import type { ExecutionState } from './execution-state.js';
import type { StreamEventName } from './stream-event-type.js';

/** The position where a new subscription begins. Its updates follow after the acknowledgement. */
export interface SubscriptionPosition {
  /** Updates after this position follow. Replace your own cursor by it. */
  readonly cursor: Cursor;
  /**
   * False if updates are missing: the log no longer has all updates after your cursor or, without a cursor, no
   * longer has the first updates. Then discard what you built so far. The updates that the log still has follow
   * after `cursor`.
   */
  readonly recovered: boolean;
}

/** Answer to `subscribe_execution`. */
export interface SubscriptionAnswer extends SubscriptionPosition {
  /** The execution that the client is subscribed to. */
  readonly executionId: string;
  /** The state of the execution after its newest update ({@link head}), even if older updates follow first. */
  readonly state: ExecutionState;
  /**
   * The sequence number of the newest update in the log. If `cursor` has the same sequence number and the
   * execution has ended, no updates follow.
   */
  readonly head: number;
  /** The event types of the subscription. Absent if all types are delivered. */
  readonly eventTypes?: readonly StreamEventName[];
}
