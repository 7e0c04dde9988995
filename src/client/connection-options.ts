import type { ReconnectionOptions } from './backoff.js';
import type { ConnectionReason } from './reasons.js';
import type { StreamingClientError } from './streaming-client.error.js';
import type { Transports } from './transports.js';

/**
 * The state of the client's connection.
 *
 * - `connecting`: the first connection is being made.
 * - `connected`: the server accepts requests.
 * - `degraded`: the client is connected, but the server cannot reach its log now. No updates come until the state
 *   is `connected` again, and no update is lost.
 * - `reconnecting`: the connection was lost, and the client tries to connect again.
 * - `closed`: the client does not connect any more.
 *
 * @publicApi
 */
export type ConnectionState = 'connecting' | 'connected' | 'degraded' | 'reconnecting' | 'closed';

/**
 * A change of the connection's state.
 *
 * @publicApi
 */
export interface ConnectionChange {
  /** The new state. */
  readonly state: ConnectionState;
  /** Why; absent while it is `connected`, and while it is `connecting` for the first time. */
  readonly reason?: ConnectionReason | undefined;
  /** The error behind the reason, with the server's text. `degraded` has none. */
  readonly error?: StreamingClientError | undefined;
}

/** Before the first attempt to connect has ended. */
export const CONNECTING: ConnectionChange = { state: 'connecting' };

/** The functions that a connection calls. */
export interface ConnectionHandler {
  onChange(change: ConnectionChange): void;
  /** The server reported an error that answers no request. */
  onError(error: StreamingClientError): void;
  /** Something is about to be sent. @throws StreamingClientError in place of sending it */
  readonly onRequest?:
    ((event: string, payload: unknown, maxPayloadBytes: number | undefined) => void) | undefined;
  /** The credential expires soon. */
  onExpiring(): void;
  /** The connection has no followers any more. */
  onIdle?(): void;
  /** Returns whether a new connection would present a new credential. */
  isRefreshable(): boolean;
}

/** How a connection behaves. */
export interface ConnectionOptions {
  readonly reconnection: Required<ReconnectionOptions>;
  readonly requestTimeoutMs: number;
  /** How to reach the server. Absent if the page brought its own socket. */
  readonly transports?: Transports | undefined;
}
