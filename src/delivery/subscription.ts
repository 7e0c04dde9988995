import type { SubscriptionPosition } from '../protocol/client-events.js';
import type { Cursor } from '../protocol/cursor.js';
import type { ExecutionState } from '../protocol/execution-state.js';

/** Where a subscription begins. */
export interface SubscriptionStart {
  readonly cursor?: Cursor | undefined;
  readonly from?: 'start' | 'live' | undefined;
}

/**
 * Whether a subscription begins at what comes next, so that it reads nothing of what was. A cursor
 * overrides `from`. Access and delivery must agree on it: what is no replay is not asked for as one.
 */
export function beginsLive({ from, cursor }: SubscriptionStart): boolean {
  return from === 'live' && !cursor;
}

/** A new subscription: where it stands, what the channel was like then, and what lets updates flow. */
export interface Subscription extends SubscriptionPosition {
  /** The sequence number of the newest update. */
  readonly head: number;
  readonly state: ExecutionState | undefined;
  /**
   * Starts sending; call it after the client was told where it stands. Resolves when the client has
   * caught up or is not subscribed any more, and never rejects: what fails ends the subscription.
   */
  begin(): Promise<void>;
}
