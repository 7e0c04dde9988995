import type { Principal } from '../../access/principal.js';
import type { TicketStore } from '../../access/strategies/ticket-store.js';
import type { RedisLink } from './connection/redis-link.js';
import type { RedisKeys } from './redis-keys.js';

/** Keeps tickets in Redis, which all instances share. */
export class RedisTicketStore implements TicketStore {
  /** @param patienceMs - how long a client waits at most, in milliseconds */
  constructor(
    private readonly link: RedisLink,
    private readonly keys: RedisKeys,
    private readonly patienceMs: number,
  ) {}

  async save(hash: string, principal: Principal, ttlMs: number): Promise<void> {
    const key = this.keys.single('ticket', hash);
    const command = ['SET', key, JSON.stringify(principal), 'PX', String(ttlMs)];
    await this.link.call((connection) => connection.send(command, key), this.patienceMs);
  }

  async take(hash: string): Promise<Principal | undefined> {
    const key = this.keys.single('ticket', hash);
    const work = this.link.call(
      (connection) => connection.send(['GETDEL', key], key),
      this.patienceMs,
    );
    const json = await work;
    return typeof json === 'string' ? (JSON.parse(json) as Principal) : undefined;
  }
}
