import { authenticationFailed } from '../authentication-errors.js';
import type { Principal } from '../principal.js';

/**
 * Which claims of a verified token make the principal.
 *
 * @publicApi
 */
export interface ClaimsMapping {
  /** The claim with the principal's id. @default 'sub' */
  readonly id?: string;
  /** The claim with the tenant. A token without this claim is refused. If you omit the option, there are no tenants. */
  readonly tenant?: string;
  /** The claim with the scopes: a list, or one text in which spaces separate them. @default 'scope' */
  readonly scopes?: string;
}

/** Verified claims of a token. */
export type Claims = Readonly<Record<string, unknown>>;

/** The default of `clockToleranceMs`. */
export const CLOCK_TOLERANCE_MS = 5000;

/**
 * Makes a principal of verified claims.
 *
 * @param toleranceMs - how far the clocks may differ; it is added to the expiry
 * @throws StreamingError `AUTHENTICATION_FAILED` if a claim that the mapping names is missing
 */
export function principalFromClaims(
  claims: Claims,
  mapping: ClaimsMapping = {},
  toleranceMs = 0,
): Principal {
  const expiry = claims['exp'];
  return {
    id: requireName(claims, mapping.id ?? 'sub'),
    ...(mapping.tenant === undefined ? {} : { tenant: requireName(claims, mapping.tenant) }),
    scopes: scopesOf(claims[mapping.scopes ?? 'scope']),
    claims,
    ...(typeof expiry === 'number' ? { expiresAt: expiry * 1000 + toleranceMs } : {}),
  };
}

function requireName(claims: Claims, name: string): string {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
  if (typeof value === 'string' && value !== '') return value;
  throw authenticationFailed(new Error(`the token's claim "${name}" is missing or not text`));
}

function scopesOf(claim: unknown): string[] {
  const scopes = typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : [];
  return scopes.filter((scope): scope is string => typeof scope === 'string' && scope !== '');
}
