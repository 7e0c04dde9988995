import type { SignInStore } from '../../access/strategies/sign-in-store.js';
import type { RedisLink } from './connection/redis-link.js';
import type { RedisKeys } from './redis-keys.js';
import { SECRET, USE } from './scripts/sign-in-scripts.js';

/** How long a secret is kept that nobody asks for, in milliseconds: a week. */
const SECRET_TTL_MS = 604_800_000;

/** Some 15 MB of Redis. */
const MAX_IDS = 100_000;

/** Keeps the data of sign-ins in Redis. */
export class RedisSignInStore implements SignInStore {
  /**
   * @param patienceMs - how long a sign-in waits at most, in milliseconds
   * @param maxIds - how many used ids a group keeps
   */
  constructor(
    private readonly link: RedisLink,
    private readonly keys: RedisKeys,
    private readonly patienceMs: number,
    private readonly maxIds = MAX_IDS,
  ) {}

  async secret(name: string, proposal: string): Promise<string> {
    const keys = [this.keys.single('secret', name)];
    const args = [proposal, SECRET_TTL_MS];
    const work = this.link.call(
      (connection) => SECRET.run(connection, keys, args),
      this.patienceMs,
    );
    return String(await work);
  }

  /** If the answer of Redis is lost, the id counts as used: then nobody gets in by it. */
  async use(group: string, id: string, ttlMs: number): Promise<boolean> {
    const keys = [this.keys.single('used', group)];
    const args = [id, ttlMs, this.maxIds];
    const work = this.link.call((connection) => USE.run(connection, keys, args), this.patienceMs);
    return Number(await work) === 1;
  }
}
