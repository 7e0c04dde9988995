import type { Principal } from './principal.js';

/**
 * What a client presents at the handshake, or in an `authentication` event to renew.
 *
 * @publicApi
 */
export interface HandshakeCredential {
  /** A bearer token. */
  readonly token?: string;
  readonly apiKey?: string;
  /** Anything else the client sent in the handshake `auth` payload, as `ticket`. */
  readonly credentials?: Readonly<Record<string, unknown>>;
}

/**
 * The facts of the handshake that a strategy may look at besides the credential.
 *
 * @publicApi
 */
export interface HandshakeContext {
  readonly address: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /**
   * The query of the address that the client opened, such as `io(url, { query })` of Socket.IO. Expect no
   * secrets here: addresses end up in access logs.
   */
  readonly query: Readonly<Record<string, string | string[] | undefined>>;
  /** Aborts when the handshake timed out or the client went away. */
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
   * How often the credential of a connection is verified again, in milliseconds, for credentials that
   * somebody else can take back. A connection ends when {@link authenticate} then refuses. It goes on
   * while nobody can tell, for `authentication.maxUncheckedMs`. @default never
   */
  readonly recheckIntervalMs?: number | undefined;
  /**
   * Verifies a credential.
   *
   * @returns the principal, or undefined when the credential is not of this strategy's kind, so
   * that the next strategy is tried
   * @throws StreamingError `AUTHENTICATION_FAILED`, `AUTHENTICATION_EXPIRED` or
   * `AUTHENTICATION_UNAVAILABLE`; any other error denies too
   */
  authenticate(
    credential: HandshakeCredential,
    context: HandshakeContext,
  ): Promise<Principal | undefined>;
}
