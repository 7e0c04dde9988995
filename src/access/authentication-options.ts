import type { Type } from '@nestjs/common';
import type { RequiredKeys } from '../common/required-keys.js';
import type { AuthenticationStrategy } from './authentication-strategy.js';

/**
 * How the gateway finds and verifies credentials.
 *
 * @publicApi
 */
export interface AuthenticationOptions {
  /**
   * The strategies, at least one. The gateway tries them in order, until one recognizes the credential. If you
   * give a class, the gateway uses the application's provider of this class. Without such a provider, it
   * makes an object of the class and injects its dependencies.
   */
  readonly strategies: readonly (AuthenticationStrategy | Type<AuthenticationStrategy>)[];
  /** How long the strategies may take for one handshake, in milliseconds. @default 5000 */
  readonly timeoutMs?: number;
  /** The places where the gateway looks for credentials. */
  readonly sources?: CredentialSources;
  /**
   * How long before the expiry of its credential a client gets `authentication_expiring`, in milliseconds. If
   * less than twice this time is left when the client connects, it gets the event halfway to expiry.
   * @default 60000
   */
  readonly expiryNoticeMs?: number;
  /**
   * How long a connection may continue while its credential cannot be verified again, such as when the
   * provider is down, in milliseconds. @default 600000
   */
  readonly maxUncheckedMs?: number;
}

/** The defaults of {@link AuthenticationOptions}. */
export const AUTHENTICATION_DEFAULTS = {
  timeoutMs: 5_000,
  sources: { handshake: true },
  expiryNoticeMs: 60_000,
  maxUncheckedMs: 600_000,
} as const satisfies Partial<AuthenticationOptions>;

/** Authentication options with every default applied. */
export type ResolvedAuthenticationOptions = RequiredKeys<
  AuthenticationOptions,
  keyof typeof AUTHENTICATION_DEFAULTS
>;

/**
 * The places where the gateway looks for credentials, in this order. If two places have a token, the first
 * token counts; the same is true for API keys. A query string is never read: addresses end up in access logs.
 *
 * @publicApi
 */
export interface CredentialSources {
  /** The `auth` payload of the Socket.IO handshake: `{ token, apiKey, ticket, … }`. @default true */
  readonly handshake?: boolean;
  /**
   * The `Authorization: Bearer` header.
   *
   * @default false for the gateway, true for HTTP routes
   */
  readonly authorizationHeader?: boolean;
  /** The name of the header with the API key. Without this option, no such header is read. */
  readonly apiKeyHeader?: string;
  /**
   * The name of the cookie with the token. Browsers also send cookies for pages of other origins, so such
   * pages are refused unless `cors` names them. Without this option, cookies are not read.
   */
  readonly cookie?: string;
}
