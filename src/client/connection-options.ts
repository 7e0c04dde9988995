import type { ReconnectionOptions } from './backoff.js';
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
  /** The error that caused the change, if there is one. */
  readonly error?: StreamingClientError | undefined;
}

/** The functions that a connection calls. */
export interface ConnectionHandler {
  onChange(change: ConnectionChange): void;
  /** The server reported an error that answers no request. */
  onError(error: StreamingClientError): void;
  /** The credential expires soon. */
  onExpiring(): void;
  /** The connection has no followers any more. */
  onIdle?(): void;
  /** Returns whether a new connection would present a new credential. */
  isRefreshable(): boolean;
}

/** How a connection behaves. */
export interface ConnectionOptions {
  readonly namespace: string;
  readonly reconnection: Required<ReconnectionOptions>;
  readonly requestTimeoutMs: number;
  /** How to reach the server. Absent if the page brought its own socket. */
  readonly transports?: Transports | undefined;
}
