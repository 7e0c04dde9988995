import type { SubscriptionPosition } from '../protocol/client-events.js';
import type { Cursor } from '../protocol/cursor.js';
import type { ExecutionState } from '../protocol/execution-state.js';

/** Where a subscription begins. */
export interface SubscriptionStart {
  readonly cursor?: Cursor | undefined;
  readonly from?: 'start' | 'live' | undefined;
}

/**
 * Whether a subscription begins with the next update, so that it reads no earlier updates. A cursor overrides
 * `from`. Access and delivery must use the same rule, because `replay` must be allowed for all other
 * subscriptions.
 */
export function beginsLive({ from, cursor }: SubscriptionStart): boolean {
  return from === 'live' && !cursor;
}

/** A new subscription: its position, the facts about the channel, and the function that begins sending. */
export interface Subscription extends SubscriptionPosition {
  /** The sequence number of the newest update. */
  readonly head: number;
  readonly state: ExecutionState | undefined;
  /**
   * Starts sending. Call it after the client knows the position. It resolves when the client has caught up or
   * is no longer subscribed. It never rejects: an error ends the subscription.
   */
  begin(): Promise<void>;
}
