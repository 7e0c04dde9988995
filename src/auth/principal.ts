import type { ChannelOwner } from '../protocol/channel.js';

/**
 * Who a connection belongs to, as a verified credential says. Frozen; no payload can change it.
 *
 * @publicApi
 */
export interface Principal {
  /** The subject: unique within its tenant. */
  readonly id: string;
  /** The tenant, where there are several. Principals of different tenants never see each other's. */
  readonly tenant?: string;
  /** What the credential permits; the default policy does not interpret them. */
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

/** The owner that stands for a principal. */
export function ownerOf(principal: Principal): ChannelOwner {
  return principal.tenant === undefined
    ? { principalId: principal.id }
    : { principalId: principal.id, tenant: principal.tenant };
}
