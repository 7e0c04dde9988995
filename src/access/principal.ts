import type { ChannelOwner } from '../protocol/channel.js';
import { deepFreeze } from '../common/deep-freeze.js';
import { isWellFormed } from '../common/is-well-formed.js';
import { authenticationFailed } from './authentication-errors.js';

/**
 * The identity of a connection, taken from a verified credential. It is frozen, and no message of a client can
 * change it.
 *
 * @publicApi
 */
export interface Principal {
  /** The id of the user or service, unique within its tenant. For a JWT, the claim `sub`. */
  readonly id: string;
  /**
   * The tenant, if the application has several. A principal never sees executions and threads of another
   * tenant.
   */
  readonly tenant?: string;
  /** The scopes of the credential. The default policy does not use them. */
  readonly scopes: readonly string[];
  /** The verified claims of the credential. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** When the credential expires, in milliseconds since the Unix epoch. */
  readonly expiresAt?: number;
}

/** The principal of every connection while authentication is off. */
export const ANONYMOUS: Principal = Object.freeze({
  id: 'anonymous',
  scopes: Object.freeze([]),
  claims: Object.freeze({}),
});

/**
 * Returns the owner for a principal: `streaming.run(source, { owner: ownerOf(principal) })`.
 *
 * @publicApi
 */
export function ownerOf(principal: Principal): ChannelOwner {
  return principal.tenant === undefined
    ? { principalId: principal.id }
    : { principalId: principal.id, tenant: principal.tenant };
}

/** Whether a channel belongs to a principal. */
export function isOwner(principal: Principal, owner: ChannelOwner): boolean {
  return principal.id === owner.principalId && principal.tenant === owner.tenant;
}

/**
 * Returns the name of a principal for the `targets` of an update. The name is its id, or `tenant/id` if it has
 * a tenant. If it has no tenant and its id contains a `/`, the name is `/id`. So two principals never have the
 * same name.
 *
 * @publicApi
 */
export function targetOf({ id, tenant }: Pick<Principal, 'id' | 'tenant'>): string {
  if (tenant !== undefined) return `${encodeURIComponent(tenant)}/${id}`;
  // No tenant is empty, so no principal of a tenant has such a name.
  return id.includes('/') ? `/${id}` : id;
}

/** A string that is different for every principal, whatever characters its id and tenant contain. */
export function principalKey(principal: Pick<Principal, 'id' | 'tenant'>): string {
  return JSON.stringify([principal.tenant ?? null, principal.id]);
}

/** Whether both are the same principal, whatever their credentials. */
export function isSamePrincipal(one: Principal, other: Principal): boolean {
  return one.id === other.id && one.tenant === other.tenant;
}

/**
 * Checks the principal that a strategy returned, and returns a frozen copy.
 *
 * @throws StreamingError `AUTHENTICATION_FAILED` if it has no usable id
 */
export function freezePrincipal(found: Principal): Principal {
  const { id, tenant, scopes, claims, expiresAt } = found;
  const valid =
    isName(id) &&
    (tenant === undefined || isName(tenant)) &&
    isList(scopes) &&
    typeof claims === 'object' &&
    (expiresAt === undefined || Number.isFinite(expiresAt));
  if (!valid) {
    throw authenticationFailed(
      new Error(
        'the credential is valid, but the strategy made no valid principal from it: id and tenant must be well-formed text; check how the strategy maps claims',
      ),
    );
  }
  return Object.freeze({
    id,
    ...(tenant === undefined ? {} : { tenant }),
    scopes: Object.freeze([...scopes]),
    claims: deepFreeze(structuredClone(claims)),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  });
}

/** `Array.isArray` would lose the type of the elements. */
function isList(value: readonly string[]): boolean {
  return Array.isArray(value);
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && isWellFormed(value);
}
