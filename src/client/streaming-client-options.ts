import type { AuthenticationPayload } from '../protocol/client-events.js';
import type { ReconnectionOptions } from './backoff.js';
import type { ClientSocket } from './client-socket.js';
import type { TransportName, Transports } from './transports.js';

/**
 * The credential of the client, or a function that returns a new credential for each connection and each renewal.
 *
 * @publicApi
 */
export type ClientCredential =
  AuthenticationPayload | (() => AuthenticationPayload | Promise<AuthenticationPayload>);

/**
 * Options of `createStreamingClient`.
 *
 * @publicApi
 */
export interface StreamingClientOptions {
  /** The address of the server, without a path. @default the origin of the page */
  readonly url?: string | URL;
  /** The Socket.IO namespace of the gateway. @default '/streaming' */
  readonly namespace?: string;
  /** The HTTP path of Socket.IO. @default '/socket.io' */
  readonly path?: string;
  /** The credential, such as `{ token }`. With a function, the client also renews it before it expires. */
  readonly auth?: ClientCredential;
  /**
   * The transports to try, in this order. When the client reconnects, it first tries the transport that worked
   * last. After a page load it begins with the first transport again, because the network may have changed.
   *
   * If a network refuses WebSockets, the first connection costs one more request. If a network silently drops them,
   * it costs five seconds. For users in such networks, put `polling` first: it upgrades to a WebSocket if it can.
   *
   * @default ['websocket', 'polling']
   */
  readonly transports?: readonly TransportName[];
  /** How long to wait between attempts to reconnect. @default the defaults of `ReconnectionOptions` */
  readonly reconnection?: ReconnectionOptions;
  /** How long to wait for the answer to a request, in milliseconds. @default 10000 */
  readonly requestTimeoutMs?: number;
  /**
   * Your own socket. It replaces `url`, `namespace`, `path` and `transports`, and it presents its own credential when it
   * connects. The client connects it, and disconnects it in `close()`. It also reconnects the socket, unless the
   * socket's manager does this.
   */
  readonly socket?: ClientSocket;
}

/** Options of `createStreamingClient` with the defaults filled in. */
export interface ResolvedClientOptions {
  readonly url: string;
  readonly namespace: string;
  readonly path: string;
  readonly transports: Transports | undefined;
  readonly reconnection: Required<ReconnectionOptions>;
  readonly requestTimeoutMs: number;
}
