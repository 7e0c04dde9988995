import type { SubscriptionPosition } from '../protocol/client-events.js';
import type { Cursor } from '../protocol/cursor.js';
import type { ExecutionStateData, StreamUpdate } from '../protocol/stream-update.js';
import type { StreamingClientError } from './streaming-client.error.js';

/**
 * Updates are missing: the log no longer has all updates after the position of the subscription.
 *
 * @publicApi
 */
export interface SubscriptionReset extends SubscriptionPosition {
  /** The position before the missing updates. Absent if the first updates are missing. */
  readonly previous?: Cursor | undefined;
}

/**
 * The events of a subscription, with what their listeners get.
 *
 * @publicApi
 */
export interface SubscriptionEvents {
  /** The next update. */
  update: StreamUpdate;
  /** The execution changed its state. */
  state: ExecutionStateData;
  /** The server accepted the subscription, for the first time or after a reconnect. */
  subscribed: SubscriptionPosition;
  /** Updates are missing. The joined text begins again, with the updates that the log still has. */
  reset: SubscriptionReset;
  /** The subscription failed, and no more updates follow. */
  error: StreamingClientError;
  /** Something has changed: `view()` returns a new view. */
  change: undefined;
}
