import type { ReconnectionOptions } from './backoff.js';
import type { ConnectionReason } from './reasons.js';
import type { StreamingClientError } from './streaming-client.error.js';
import type { Transports } from './transports.js';

/**
 * Whether the client is connected. It goes `connecting`, `connected`, and `reconnecting` whenever
 * the connection is lost; `closed` is final. `degraded` is connected, to a server that cannot reach its log
 * now: nothing new comes until it is `connected` again, and nothing is lost.
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
  readonly state: ConnectionState;
  /** Why; absent while it is `connected`, and while it is `connecting` for the first time. */
  readonly reason?: ConnectionReason | undefined;
  /** The error behind the reason, with the server's text. `degraded` has none. */
  readonly error?: StreamingClientError | undefined;
}

/** Before the first attempt to connect has ended. */
export const CONNECTING: ConnectionChange = { state: 'connecting' };

/** What a connection reports and needs to know. */
export interface ConnectionHandler {
  onChange(change: ConnectionChange): void;
  /** The server reported an error that answers no request. */
  onError(error: StreamingClientError): void;
  /** Something is about to be sent. @throws StreamingClientError in place of sending it */
  readonly onRequest?:
    ((event: string, payload: unknown, maxPayloadBytes: number | undefined) => void) | undefined;
  /** The credential expires soon. */
  onExpiring(): void;
  /** Nobody follows a channel over this connection any more. */
  onIdle?(): void;
  /** Whether a new connection would present a fresh credential. */
  isRefreshable(): boolean;
}

/** How a connection behaves. */
export interface ConnectionOptions {
  readonly reconnection: Required<ReconnectionOptions>;
  readonly requestTimeoutMs: number;
  /** How to reach the server; absent when somebody else made the socket. */
  readonly transports?: Transports | undefined;
}
