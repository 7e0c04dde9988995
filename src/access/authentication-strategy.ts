import type { Principal } from './principal.js';

/**
 * What a client presents at the handshake, or in an `authentication` event to renew.
 *
 * @publicApi
 */
export interface HandshakeCredential {
  /** A bearer token. */
  readonly token?: string;
  /** An API key. */
  readonly apiKey?: string;
  /** Everything else in the `auth` payload of the handshake, such as `ticket`. */
  readonly credentials?: Readonly<Record<string, unknown>>;
}

/**
 * The facts of the handshake that a strategy may use besides the credential.
 *
 * @publicApi
 */
export interface HandshakeContext {
  /** The client's address, as seen through the trusted proxies. */
  readonly address: string;
  /** The headers of the request, with names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /**
   * The query of the URL, such as `io(url, { query })` of Socket.IO. Do not expect secrets here: URLs end up in
   * access logs.
   */
  readonly query: Readonly<Record<string, string | string[] | undefined>>;
  /** Aborts when the handshake times out or the client disconnects. */
  readonly signal: AbortSignal;
}

/**
 * One way to verify a credential.
 *
 * @publicApi
 */
export interface AuthenticationStrategy {
  /** Names the strategy in logs. */
  readonly name: string;
  /**
   * How often the credential of a connection is verified again, in milliseconds. Set it if a credential can be
   * revoked before it expires. If {@link authenticate} then refuses the credential, the connection ends. If the
   * credential cannot be checked, the connection continues for at most `authentication.maxUncheckedMs`.
   *
   * @default undefined: the credential is not verified again
   */
  readonly recheckIntervalMs?: number | undefined;
  /**
   * Verifies a credential.
   *
   * @returns the principal. Return undefined if the credential is of another kind: then the next strategy is
   * tried.
   * @throws StreamingError `AUTHENTICATION_FAILED`, `AUTHENTICATION_EXPIRED` or
   * `AUTHENTICATION_UNAVAILABLE`. Any other error refuses the client too.
   */
  authenticate(
    credential: HandshakeCredential,
    context: HandshakeContext,
  ): Promise<Principal | undefined>;
}
