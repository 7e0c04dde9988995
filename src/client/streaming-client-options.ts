import type { AuthenticationPayload } from '../protocol/client-events.js';
import type { ReconnectionOptions } from './backoff.js';
import type { ClientSocket } from './client-socket.js';
import type { TransportName, Transports } from './transports.js';

/**
 * What the client presents to the server: a credential, or a function that fetches a fresh one for
 * each connection and for each renewal.
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
  /** What to present to the server. A function also renews the credential before it expires. */
  readonly auth?: ClientCredential;
  /**
   * The transports to try, in this order. The client remembers which one worked, and tries that first when
   * it reconnects. The next page load begins anew, since a browser may be in another network by then. A
   * network that refuses WebSockets costs one request, one that swallows them five seconds: for such users
   * put `polling` first, which upgrades where it can.
   *
   * @default ['websocket', 'polling']
   */
  readonly transports?: readonly TransportName[];
  /** When to try again after the connection was lost. */
  readonly reconnection?: ReconnectionOptions;
  /** How long to wait for the answer to a request, in milliseconds. @default 10000 */
  readonly requestTimeoutMs?: number;
  /**
   * A socket of your own, in place of `url` to `transports`. The client connects it, reconnects it
   * unless its manager does, and disconnects it in `close()`.
   */
  readonly socket?: ClientSocket;
}

/** Options of `createStreamingClient` with the defaults filled in. */
export interface ResolvedClientOptions {
  readonly url: string;
  readonly namespace: string;
  readonly path: string;
  readonly auth: ClientCredential | undefined;
  readonly transports: Transports | undefined;
  readonly reconnection: Required<ReconnectionOptions>;
  readonly requestTimeoutMs: number;
}
