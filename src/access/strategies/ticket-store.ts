import { ExpiringMap, monotonic } from '../../common/expiring-map.js';
import type { Principal } from '../principal.js';

/**
 * Keeps issued tickets. If you have several instances without a `backend`, implement it over a database that
 * they share: the instance that issues a ticket may not be the instance that the client connects to.
 *
 * @publicApi
 */
export interface TicketStore {
  /** Keeps a principal under the hash of its ticket for `ttlMs` milliseconds. */
  save(hash: string, principal: Principal, ttlMs: number): Promise<void>;
  /**
   * Returns the principal of a ticket and deletes it, in one atomic step such as `GETDEL` of Redis. If two
   * callers take the same ticket, only one of them gets the principal; the other gets undefined.
   */
  take(hash: string): Promise<Principal | undefined>;
}

/**
 * Keeps tickets in this process. If there are more than `maxTickets`, the oldest unused ticket is removed.
 *
 * @publicApi
 */
export class MemoryTicketStore implements TicketStore {
  private readonly tickets: ExpiringMap<Principal>;

  /** @param maxTickets - how many unused tickets are kept, by default 10,000 */
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
