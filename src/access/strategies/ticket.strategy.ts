import { createHash, randomBytes } from 'node:crypto';
import type { AuthenticationStrategy, HandshakeCredential } from '../authentication-strategy.js';
import { freezePrincipal, type Principal } from '../principal.js';
import type { SharedStores } from './shared-stores.js';
import { MemoryTicketStore, type TicketStore } from './ticket-store.js';

/**
 * Options of {@link TicketStrategy}.
 *
 * @publicApi
 */
export interface TicketStrategyOptions {
  /** How long a ticket can be used, in milliseconds. @default 30000 */
  readonly ttlMs?: number;
  /** Where issued tickets are kept. @default the `backend` of the module, otherwise a `MemoryTicketStore` */
  readonly store?: TicketStore;
}

/**
 * A ticket to hand to the client.
 *
 * @publicApi
 */
export interface ConnectionTicket {
  /** The ticket. The client connects with `auth: { ticket }`. */
  readonly ticket: string;
  /** When the ticket expires, in milliseconds since the Unix epoch. */
  readonly expiresAt: number;
}

/**
 * Accepts clients that present a ticket. A ticket expires soon and works for one connection. Use it if the
 * browser must not have the real token: an HTTP route that knows its user issues the ticket.
 *
 * ```ts
 * export const tickets = new TicketStrategy();
 * // in a controller, for the user of the request:
 * return tickets.issue({ id: user.id, scopes: [], claims: {} });
 * ```
 *
 * @publicApi
 */
export class TicketStrategy implements AuthenticationStrategy {
  /** Its name, for the log. */
  readonly name: string = 'ticket';
  private readonly ttlMs: number;
  private store: TicketStore;
  /** @internal Whether the application chose the store. */
  readonly hasOwnStore: boolean;

  constructor({ ttlMs = 30_000, store }: TicketStrategyOptions = {}) {
    this.ttlMs = ttlMs;
    this.hasOwnStore = store !== undefined;
    this.store = store ?? new MemoryTicketStore();
  }

  /** @internal Keeps tickets in a store that all instances share. */
  share({ tickets }: Pick<SharedStores, 'tickets'>): void {
    this.store = tickets;
  }

  /**
   * Makes a ticket for a principal.
   *
   * @param principal - its `expiresAt` is when the connection ends, no matter when the ticket is used
   * @throws StreamingError `AUTHENTICATION_FAILED` if the principal has no id
   */
  async issue(principal: Principal): Promise<ConnectionTicket> {
    const ticket = randomBytes(32).toString('base64url');
    await this.store.save(hashTicket(ticket), freezePrincipal(principal), this.ttlMs);
    return { ticket, expiresAt: Date.now() + this.ttlMs };
  }

  /** Verifies a credential. @returns undefined for a credential of another kind */
  async authenticate({ credentials }: HandshakeCredential): Promise<Principal | undefined> {
    const ticket = credentials?.['ticket'];
    return typeof ticket === 'string' ? this.store.take(hashTicket(ticket)) : undefined;
  }
}

/** The store has only hashes, so that nobody can connect with what it contains. */
function hashTicket(ticket: string): string {
  return createHash('sha256').update(ticket).digest('hex');
}
