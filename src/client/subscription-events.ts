import type { SubscriptionPosition } from '../protocol/client-events.js';
import type { Cursor } from '../protocol/cursor.js';
import type { ExecutionStateData, StreamUpdate } from '../protocol/stream-update.js';
import type { StreamingClientError } from './streaming-client.error.js';

/**
 * Tells that something is missing: the log could not serve the position that was asked for.
 *
 * @publicApi
 */
export interface SubscriptionReset extends SubscriptionPosition {
  /** The last position before the hole; absent when the beginning is missing. */
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
  /** The server accepted the subscription, first or after a reconnect. */
  subscribed: SubscriptionPosition;
  /** Updates were lost; the joined text begins anew with what the log still has. */
  reset: SubscriptionReset;
  /** The subscription failed for good. */
  error: StreamingClientError;
  /** `view()` gives another view from now on. */
  change: undefined;
}

/** How a subscription ended: as its execution did, or with an error. */
export type SubscriptionEnd =
  | { readonly state: ExecutionStateData; readonly error?: undefined }
  | { readonly error: StreamingClientError; readonly state?: undefined };
