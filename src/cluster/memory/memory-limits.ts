import { ExpiringMap, monotonic } from '../../common/expiring-map.js';
import type { SharedCount, SharedLimits } from '../../access/rate-limit/shared-limits.js';

const MAX_KEYS = 10_000;

/** The shared counts of instances in one process. */
export class MemoryLimitTable {
  /** By key, then by instance. */
  readonly occupied = new Map<string, Map<string, number>>();
  readonly counts = new ExpiringMap<{ count: number; readonly endsAt: number }>(
    MAX_KEYS,
    monotonic,
  );
  readonly refused = new ExpiringMap<true>(MAX_KEYS);
}

/** The part of one instance in a {@link MemoryLimitTable}. */
export class MemoryLimits implements SharedLimits {
  constructor(
    private readonly table: MemoryLimitTable,
    private readonly instanceId: string,
    private readonly isAlive: (instanceId: string) => boolean,
  ) {}

  async occupy(key: string, own: number): Promise<number> {
    const { occupied } = this.table;
    const numbers = occupied.get(key) ?? new Map<string, number>();
    occupied.set(key, numbers.set(this.instanceId, own));
    for (const [instanceId, number] of numbers) {
      const isOver = instanceId !== this.instanceId && !this.isAlive(instanceId);
      if (number === 0 || isOver) numbers.delete(instanceId);
    }
    if (numbers.size === 0) occupied.delete(key);
    return [...numbers.values()].reduce((sum, number) => sum + number, 0);
  }

  async count(key: string, by: number, windowMs: number): Promise<SharedCount> {
    const now = monotonic();
    const known = this.table.counts.get(key);
    if (by === 0 && !known) return { count: 0, endsInMs: 0 };
    const counted = known ?? { count: 0, endsAt: now + windowMs };
    counted.count += by;
    if (!known) this.table.counts.set(key, counted, counted.endsAt);
    return { count: counted.count, endsInMs: counted.endsAt - now };
  }

  async refuse(principalKey: string, ttlMs: number): Promise<void> {
    this.table.refused.setFor(principalKey, true, ttlMs);
  }

  async isRefused(principalKey: string): Promise<boolean> {
    return this.table.refused.has(principalKey);
  }
}
