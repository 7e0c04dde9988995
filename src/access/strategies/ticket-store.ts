import { ExpiringMap, monotonic } from '../../common/expiring-map.js';
import type { Principal } from '../principal.js';

/**
 * Keeps issued tickets. Implement it on a shared store when the instance that issues a ticket is
 * not the one that the client connects to.
 *
 * @publicApi
 */
export interface TicketStore {
  /** Keeps a principal under the hash of its ticket for `ttlMs` milliseconds. */
  save(hash: string, principal: Principal, ttlMs: number): Promise<void>;
  /**
   * Gives the principal and forgets it in one atomic step: of two callers only one may get it. As
   * with Redis `GETDEL`.
   */
  take(hash: string): Promise<Principal | undefined>;
}

/**
 * Keeps tickets in this process. When `maxTickets` wait, the oldest is dropped for a new one.
 *
 * @publicApi
 */
export class MemoryTicketStore implements TicketStore {
  private readonly tickets: ExpiringMap<Principal>;

  /** @param maxTickets - how many unused tickets are kept */
  constructor(maxTickets = 10_000) {
    this.tickets = new ExpiringMap(maxTickets, monotonic);
  }

  async save(hash: string, principal: Principal, ttlMs: number): Promise<void> {
    this.tickets.setFor(hash, principal, ttlMs);
  }

  async take(hash: string): Promise<Principal | undefined> {
    return this.tickets.take(hash);
  }
}
