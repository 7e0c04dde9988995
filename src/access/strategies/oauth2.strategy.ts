import type { AuthorizationServer } from 'oauth4webapi';
import { StreamingError } from '../../errors/streaming.error.js';
import {
  authenticationExpired,
  authenticationFailed,
  authenticationUnavailable,
} from '../authentication-errors.js';
import type {
  AuthenticationStrategy,
  HandshakeContext,
  HandshakeCredential,
} from '../authentication-strategy.js';
import type { Principal } from '../principal.js';
import {
  CLOCK_TOLERANCE_MS,
  type Claims,
  type ClaimsMapping,
  principalFromClaims,
} from './claims-mapping.js';
import { JwtStrategy } from './jwt.strategy.js';
import type { JwtJwksOptions } from './jwt-keys.js';
import { boundedFetch } from './bounded-fetch.js';
import { isLoopback, providerUrl } from './provider-url.js';
import { type IntrospectionOptions, TokenIntrospection } from './token-introspection.js';

/**
 * Options of {@link OAuth2Strategy}.
 *
 * @publicApi
 */
export interface OAuth2StrategyOptions extends Omit<JwtJwksOptions, 'jwksUri'> {
  /** The issuer identifier of the provider; https, or http on this machine. */
  readonly issuer: string;
  /** The accepted `aud` of access tokens: this application. ID tokens and tokens for other applications are refused. */
  readonly audience: string | readonly string[];
  /** Ask the provider about every token. Without it, signed tokens are verified in this process. */
  readonly introspection?: IntrospectionOptions;
  /** The well-known address with the provider's metadata. @default 'oidc' */
  readonly discovery?: 'oidc' | 'oauth2';
  /**
   * How far the clocks of provider and server may differ, in milliseconds. A token is accepted for this time
   * after its expiry. If `principal` is a function, set `expiresAt` there. @default 5000
   */
  readonly clockToleranceMs?: number;
  /** The accepted `typ` of signed tokens. Set `at+jwt` if the provider follows RFC 9068. */
  readonly tokenType?: string;
  /** The claims that make the principal, or a function that returns the principal. @default the claims `sub` and `scope` */
  readonly principal?: ClaimsMapping | ((claims: Claims) => Principal);
}

const DISCOVERY_TIMEOUT_MS = 5000;
const DEFAULT_RECHECK_INTERVAL_MS = 60_000;

/**
 * Accepts the access tokens of an OAuth 2 or OpenID Connect provider. It finds the provider's endpoints
 * through the issuer (OpenID Connect Discovery, RFC 8414). Signed tokens are verified with the provider's
 * keys (RFC 9068). With `introspection` it asks the provider about each token (RFC 7662); opaque tokens need
 * this. If a provider issues both kinds, use two strategies, and list the strategy for signed tokens first.
 *
 * @throws StreamingError `INVALID_OPTIONS` from the constructor
 * @publicApi
 */
export class OAuth2Strategy implements AuthenticationStrategy {
  /** Its name, for the log. */
  readonly name = 'oauth2';
  /**
   * How often the token of a connection is verified again, in milliseconds. Undefined without
   * `introspection`: a signed token stays valid until it expires.
   */
  readonly recheckIntervalMs: number | undefined;
  private readonly issuer: URL;
  private readonly introspection: TokenIntrospection | undefined;
  private server: Promise<AuthorizationServer> | undefined;
  private jwt: JwtStrategy | undefined;

  constructor(private readonly options: OAuth2StrategyOptions) {
    this.issuer = providerUrl('issuer', options.issuer);
    if ([options.audience].flat().filter(Boolean).length === 0) {
      throw new StreamingError('INVALID_OPTIONS', 'OAuth2Strategy needs an `audience`.');
    }
    const { introspection } = options;
    this.introspection = introspection && new TokenIntrospection(introspection);
    this.recheckIntervalMs =
      introspection && (introspection.recheckIntervalMs ?? DEFAULT_RECHECK_INTERVAL_MS);
  }

  /** Verifies a credential. @returns undefined for a credential of another kind */
  async authenticate(
    credential: HandshakeCredential,
    context: HandshakeContext,
  ): Promise<Principal | undefined> {
    const { token } = credential;
    if (token === undefined) return undefined;
    if (this.introspection === undefined) {
      if (token.split('.').length !== 3) return undefined;
      this.jwt ??= this.createJwtStrategy(await this.discover());
      return this.jwt.authenticate(credential);
    }
    const server = await this.discover();
    return this.toPrincipal(await this.introspection.introspect(server, token, context.signal));
  }

  /** Reads the provider's metadata once. After a failure, the next call tries again. */
  private async discover(): Promise<AuthorizationServer> {
    this.server ??= this.fetchMetadata();
    try {
      return await this.server;
    } catch (cause) {
      this.server = undefined;
      throw authenticationUnavailable(cause);
    }
  }

  private async fetchMetadata(): Promise<AuthorizationServer> {
    const oauth = await import('oauth4webapi');
    const response = await oauth.discoveryRequest(this.issuer, {
      algorithm: this.options.discovery ?? 'oidc',
      // The signal of one client must not end this request, because other clients wait for the same answer.
      signal: AbortSignal.timeout(DISCOVERY_TIMEOUT_MS),
      [oauth.customFetch]: boundedFetch,
      [oauth.allowInsecureRequests]: isLoopback(this.issuer),
    });
    return oauth.processDiscoveryResponse(this.issuer, response);
  }

  private createJwtStrategy(server: AuthorizationServer): JwtStrategy {
    const { jwks_uri: jwksUri } = server;
    if (jwksUri === undefined) {
      throw authenticationUnavailable(new Error('the provider publishes no `jwks_uri`'));
    }
    return new JwtStrategy({ ...this.options, issuer: server.issuer, jwksUri });
  }

  private get clockToleranceMs(): number {
    return this.options.clockToleranceMs ?? CLOCK_TOLERANCE_MS;
  }

  private toPrincipal(claims: Claims): Principal {
    this.checkClaims(claims);
    const { principal } = this.options;
    return typeof principal === 'function'
      ? principal(claims)
      : principalFromClaims(claims, principal, this.clockToleranceMs);
  }

  /** An active token may still be for another application. */
  private checkClaims({ aud, exp }: Claims): void {
    const now = Date.now() - this.clockToleranceMs;
    if (typeof exp === 'number' && exp * 1000 <= now) throw authenticationExpired();
    const accepted: readonly unknown[] = [this.options.audience].flat();
    if (![aud].flat().some((audience) => accepted.includes(audience))) {
      throw authenticationFailed(new Error("the token's audience is another application"));
    }
  }
}
