import type { JWTPayload, JWTVerifyOptions } from 'jose';
import { StreamingError } from '../../errors/streaming.error.js';
import {
  authenticationExpired,
  authenticationFailed,
  authenticationUnavailable,
} from '../authentication-errors.js';
import type { AuthenticationStrategy, HandshakeCredential } from '../authentication-strategy.js';
import type { Principal } from '../principal.js';
import {
  CLOCK_TOLERANCE_MS,
  type Claims,
  type ClaimsMapping,
  principalFromClaims,
} from './claims-mapping.js';
import { jwtKeys, type JwtKeyOptions, type JwtKeys } from './jwt-keys.js';

/** The checks of a token besides its signature, and the principal that it makes. */
export interface JwtClaimOptions {
  /** The accepted `iss`. A token of another issuer is left to the next strategy. Without it, any issuer is accepted. */
  readonly issuer?: string | readonly string[];
  /** The accepted `aud`. Set it if the issuer serves more than one application. Without it, `aud` is not checked. */
  readonly audience?: string | readonly string[];
  /**
   * How far the clocks of issuer and server may differ, in milliseconds. A token is accepted for this time
   * after its expiry. If `principal` is a function, set `expiresAt` there. @default 5000
   */
  readonly clockToleranceMs?: number;
  /** Whether a token without `exp` is refused. @default true */
  readonly requireExpiration?: boolean;
  /** The accepted `typ` of the header, such as `at+jwt`. Without it, `typ` is not checked. */
  readonly tokenType?: string;
  /** The claims that make the principal, or a function that returns the principal. @default the claims `sub` and `scope` */
  readonly principal?: ClaimsMapping | ((claims: Claims) => Principal);
}

/**
 * Options of {@link JwtStrategy}.
 *
 * @publicApi
 */
export type JwtStrategyOptions = JwtKeyOptions & JwtClaimOptions;

type Jose = typeof import('jose');

/** Loaded on first use: a CommonJS application that never verifies a token need not load ESM. */
let jose: Jose | undefined;

/** Errors of `jose` that mean that the keys could not be read, not that the token is bad. */
const KEYS_UNAVAILABLE = new Set(['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC']);

/**
 * Verifies JSON Web Tokens (RFC 7519) with a shared secret, a public key, or the keys that an identity
 * provider publishes (JWKS, RFC 7517).
 *
 * ```ts
 * new JwtStrategy({ jwksUri: 'https://id.example.com/jwks', issuer: 'https://id.example.com', audience: 'chat' });
 * ```
 *
 * @throws StreamingError `INVALID_OPTIONS` from the constructor
 * @publicApi
 */
export class JwtStrategy implements AuthenticationStrategy {
  /** Its name, for the log. */
  readonly name: string = 'jwt';
  private readonly keys: JwtKeys;
  private readonly checks: JWTVerifyOptions;

  constructor(private readonly options: JwtStrategyOptions) {
    this.keys = jwtKeys(options);
    this.checks = this.checksOf(options);
    for (const name of ['issuer', 'audience', 'tokenType'] as const) requireIfGiven(options, name);
  }

  /** Verifies a credential. @returns undefined for a credential of another kind */
  async authenticate({ token }: HandshakeCredential): Promise<Principal | undefined> {
    if (token === undefined || token.split('.').length !== 3) return undefined;
    const { decodeJwt, jwtVerify } = (jose ??= await import('jose'));
    if (!this.isOurs(() => decodeJwt(token))) return undefined;
    let claims;
    try {
      claims = (await jwtVerify(token, this.keys.find, this.checks)).payload;
    } catch (error) {
      throw toAuthenticationError(error);
    }
    return this.toPrincipal(claims);
  }

  /** Reads the unverified issuer, only to leave tokens of other issuers to the next strategy. */
  private isOurs(decode: () => JWTPayload): boolean {
    const { issuer } = this.options;
    if (issuer === undefined) return true;
    try {
      return [issuer].flat().includes(decode().iss ?? '');
    } catch (cause) {
      throw authenticationFailed(cause);
    }
  }

  private checksOf({
    issuer,
    audience,
    tokenType,
    requireExpiration,
  }: JwtClaimOptions): JWTVerifyOptions {
    return {
      algorithms: [...this.keys.algorithms],
      clockTolerance: this.clockToleranceMs / 1000,
      requiredClaims: requireExpiration === false ? [] : ['exp'],
      ...(issuer === undefined ? {} : { issuer: [issuer].flat() }),
      ...(audience === undefined ? {} : { audience: [audience].flat() }),
      ...(tokenType === undefined ? {} : { typ: tokenType }),
    };
  }

  private get clockToleranceMs(): number {
    return this.options.clockToleranceMs ?? CLOCK_TOLERANCE_MS;
  }

  private toPrincipal(claims: Claims): Principal {
    const { principal } = this.options;
    return typeof principal === 'function'
      ? principal(claims)
      : principalFromClaims(claims, principal, this.clockToleranceMs);
  }
}

/** Refuses an empty option. Otherwise a missing environment variable would silently switch a check off. */
function requireIfGiven(options: JwtClaimOptions, name: keyof JwtClaimOptions): void {
  const values: unknown[] = [options[name]].flat();
  const usable =
    values.length > 0 && values.every((value) => typeof value === 'string' && value !== '');
  if (Object.hasOwn(options, name) && !usable) {
    throw new StreamingError(
      'INVALID_OPTIONS',
      `\`${name}\` of JwtStrategy is given but empty. Set it, or remove the option.`,
    );
  }
}

function toAuthenticationError(error: unknown): StreamingError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ERR_JWT_EXPIRED') return authenticationExpired(error);
  const isJoseError = typeof code === 'string' && /^ERR_(JOSE|JWT|JWS|JWK|JWKS|JWE)_/.test(code);
  if (isJoseError && !KEYS_UNAVAILABLE.has(code)) return authenticationFailed(error);
  return authenticationUnavailable(error);
}
