import { createHash } from 'node:crypto';
import type { AuthorizationServer } from 'oauth4webapi';
import { authenticationFailed, authenticationUnavailable } from '../authentication-errors.js';
import { ExpiringMap, monotonic } from '../../common/expiring-map.js';
import type { Claims } from './claims-mapping.js';
import { boundedFetch } from './bounded-fetch.js';
import { isLoopback } from './provider-url.js';

/**
 * How the strategy asks the provider about opaque tokens (RFC 7662).
 *
 * @publicApi
 */
export interface IntrospectionOptions {
  /** The client id of this server at the provider. */
  readonly clientId: string;
  /** The client secret of this server at the provider. */
  readonly clientSecret: string;
  /** How long an answer is cached, in milliseconds. A revoked token is accepted for this time. @default 10000 */
  readonly cacheTtlMs?: number;
  /** How many answers the cache keeps. @default 1000 */
  readonly cacheMaxEntries?: number;
  /**
   * How often the provider is asked again about the token of a connection, in milliseconds. If a token is
   * revoked, its connection ends after at most `recheckIntervalMs` plus `cacheTtlMs`. @default 60000
   */
  readonly recheckIntervalMs?: number;
}

/** Asks an authorization server about tokens, and caches answers about active tokens for a short time. */
export class TokenIntrospection {
  private readonly cache: ExpiringMap<Claims>;

  constructor(private readonly options: IntrospectionOptions) {
    this.cache = new ExpiringMap(options.cacheMaxEntries ?? 1000, monotonic);
  }

  /**
   * The claims of an active token.
   *
   * @throws StreamingError `AUTHENTICATION_FAILED` or `AUTHENTICATION_UNAVAILABLE`
   */
  async introspect(
    server: AuthorizationServer,
    token: string,
    signal: AbortSignal,
  ): Promise<Claims> {
    const key = createHash('sha256').update(token).digest('hex');
    const known = this.cache.get(key);
    if (known !== undefined) return known;
    const claims = await this.ask(server, token, signal).catch((cause: unknown) => {
      throw authenticationUnavailable(cause);
    });
    if (claims['active'] !== true)
      throw authenticationFailed(new Error('the provider says that this is not an active token'));
    this.cache.setFor(key, claims, this.believedForMs(claims));
    return claims;
  }

  private async ask(
    server: AuthorizationServer,
    token: string,
    signal: AbortSignal,
  ): Promise<Claims> {
    const oauth = await import('oauth4webapi');
    const { clientId, clientSecret } = this.options;
    const client = { client_id: clientId };
    const response = await oauth.introspectionRequest(
      server,
      client,
      oauth.ClientSecretBasic(clientSecret),
      token,
      {
        signal,
        [oauth.customFetch]: boundedFetch,
        [oauth.allowInsecureRequests]: isLoopback(new URL(server.issuer)),
      },
    );
    return oauth.processIntrospectionResponse(server, client, response);
  }

  /** An answer is never cached beyond the token's own expiry. */
  private believedForMs(claims: Claims): number {
    const ttlMs = this.options.cacheTtlMs ?? 10_000;
    const expiry = claims['exp'];
    return typeof expiry === 'number' ? Math.min(ttlMs, expiry * 1000 - Date.now()) : ttlMs;
  }
}
