import type { SharedCount, SharedLimits } from '../../access/rate-limit/shared-limits.js';
import type { RedisLink } from './connection/redis-link.js';
import type { RedisKeys } from './redis-keys.js';
import { COUNT, OCCUPY } from './scripts/instance-scripts.js';

/** How long unused numbers of instances are kept, in milliseconds: a week. */
const NUMBERS_TTL_MS = 604_800_000;

/**
 * The shared counts of instances, in Redis.
 */
export class RedisLimits implements SharedLimits {
  /** @param patienceMs - after this time an instance uses its own numbers, in milliseconds */
  constructor(
    private readonly link: RedisLink,
    private readonly keys: RedisKeys,
    private readonly instanceId: string,
    private readonly patienceMs: number,
  ) {}

  async occupy(key: string, own: number): Promise<number> {
    const keys = [this.keys.ofInstances('leases'), this.keys.ofInstances('occupied', key)];
    const args = [this.instanceId, own, NUMBERS_TTL_MS];
    const work = this.link.call(
      (connection) => OCCUPY.run(connection, keys, args),
      this.patienceMs,
    );
    return Number(await work);
  }

  async count(key: string, by: number, windowMs: number): Promise<SharedCount> {
    const keys = [this.keys.single('count', key)];
    const reply = await this.link.call(
      (connection) => COUNT.run(connection, keys, [by, windowMs]),
      this.patienceMs,
    );
    const [count, endsInMs] = reply as [number, number];
    return { count, endsInMs };
  }

  async refuse(principalKey: string, ttlMs: number): Promise<void> {
    const key = this.keys.single('refused', principalKey);
    const command = ['SET', key, '1', 'PX', String(ttlMs)];
    await this.link.call((connection) => connection.send(command, key), this.patienceMs);
  }

  async isRefused(principalKey: string): Promise<boolean> {
    const key = this.keys.single('refused', principalKey);
    const work = this.link.call(
      (connection) => connection.send(['EXISTS', key], key),
      this.patienceMs,
    );
    return Number(await work) === 1;
  }
}
