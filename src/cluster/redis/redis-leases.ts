import type { InstanceLeases, LeaseEvents } from '../streaming-backend.js';
import type { RedisLink } from './connection/redis-link.js';
import type { ResolvedRedisOptions } from './redis-backend-options.js';
import type { RedisKeys } from './redis-keys.js';
import { ALIVE, BEAT, HELD_BY_DEAD, LEAVE } from './scripts/instance-scripts.js';

/** How long Redis keeps the leases after the last renewal, in milliseconds: a week. */
const KEEP_MS = 604_800_000;

/** The instances that have a lease. */
export interface LivingInstances {
  readonly ids: readonly string[];
  /** False if Redis was away or lost the leases: then other instances may be alive too. */
  readonly areAll: boolean;
}

/** Leases in Redis. The clock of Redis decides when a lease ends. */
export class RedisLeases implements InstanceLeases {
  readonly #held = new Set<string>();
  #heldAt = Number.NEGATIVE_INFINITY;
  /** The time from which on every living instance has renewed its lease. */
  #certainAt = Number.NEGATIVE_INFINITY;
  /**
   * The time since which this instance has had its lease without a break; undefined while it has no lease.
   */
  #since: number | undefined;
  #beatAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #events: LeaseEvents | undefined;

  constructor(
    private readonly link: RedisLink,
    private readonly keys: RedisKeys,
    private readonly instanceId: string,
    private readonly options: Pick<ResolvedRedisOptions, 'leaseMs' | 'heartbeatMs'>,
    private readonly onForgotten: () => void,
  ) {}

  /** The last time at which this instance had its lease, by `performance.now()`. */
  get heldAt(): number {
    return this.#heldAt;
  }

  async start(events: LeaseEvents): Promise<void> {
    this.#events = events;
    await this.#beat();
    this.#schedule();
  }

  /** If it is not known whether an instance is alive, nobody may take over its executions: it counts as alive. */
  async isAlive(instanceId: string): Promise<boolean> {
    const { ids, areAll } = await this.alive();
    return !areAll || ids.includes(instanceId);
  }

  /** The instances that have a lease. @param patienceMs - how long to try, in milliseconds */
  async alive(patienceMs?: number): Promise<LivingInstances> {
    const keys = [this.keys.ofInstances('leases')];
    const reply = await this.link.call((connection) => ALIVE.run(connection, keys, []), patienceMs);
    const ids = reply as string[];
    const hasLease = this.#since === undefined || ids.includes(this.instanceId);
    return { ids, areAll: hasLease && performance.now() >= this.#certainAt };
  }

  async hold(executionId: string): Promise<void> {
    this.#held.add(executionId);
    await this.#hold([executionId]);
  }

  async release(executionId: string, heldBy = this.instanceId): Promise<void> {
    if (heldBy === this.instanceId) this.#held.delete(executionId);
    const key = this.#heldKey(heldBy);
    await this.link.call((connection) => connection.send(['SREM', key, executionId], key));
  }

  /** Gives the lease up. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    if (!this.#events) return;
    this.#events = undefined;
    const keys = [this.keys.ofInstances('leases'), this.#heldKey(this.instanceId)];
    const { leaseMs } = this.options;
    // If Redis is unavailable, the lease ends soon anyway.
    await this.link
      .call((connection) => LEAVE.run(connection, keys, [this.instanceId]), leaseMs)
      .catch(() => undefined);
  }

  #schedule(): void {
    this.#timer = setTimeout(() => void this.#beatAgain(), this.options.heartbeatMs).unref();
  }

  async #beatAgain(): Promise<void> {
    try {
      await this.#beat();
    } catch {
      // Redis is unavailable; the next heartbeat may reach it.
    }
    if (this.#events) this.#schedule();
  }

  async #beat(): Promise<void> {
    const { leaseMs } = this.options;
    const keys = [this.keys.ofInstances('leases'), this.#heldKey(this.instanceId)];
    const askedAt = performance.now();
    const reply = await this.link.call((connection) =>
      BEAT.run(connection, keys, [this.instanceId, leaseMs, KEEP_MS]),
    );
    const [state, over] = reply as [string, string[]];
    const now = performance.now();
    const isFirst = this.#beatAt === 0;
    if (isFirst || state === 'held') this.#heldAt = askedAt;
    if (!isFirst && state !== 'held') this.#certainAt = now + leaseMs;
    const isOver = state === 'over' || (state === 'none' && now - this.#beatAt > leaseMs);
    this.#beatAt = now;
    if (isFirst || isOver) this.#since = now;
    // Redis may have lost its data.
    if (state !== 'held' && this.#held.size > 0) await this.#hold([...this.#held]);
    if (state === 'none' && !isFirst) this.onForgotten();
    if (isOver && !isFirst) this.#events?.onRevived();
    // While Redis was unavailable, no instance could renew its lease. So the other instances get time to do
    // this now.
    if (now - (this.#since ?? now) >= leaseMs)
      for (const dead of over) await this.#tellOfDead(dead);
  }

  async #tellOfDead(instanceId: string): Promise<void> {
    const keys = [this.keys.ofInstances('leases'), this.#heldKey(instanceId)];
    const held = await this.link.call((connection) =>
      HELD_BY_DEAD.run(connection, keys, [instanceId]),
    );
    if ((held as string[]).length > 0) this.#events?.onDead(instanceId, held as string[]);
  }

  async #hold(executionIds: readonly string[]): Promise<void> {
    const key = this.#heldKey(this.instanceId);
    await this.link.call((connection) => connection.send(['SADD', key, ...executionIds], key));
  }

  #heldKey(instanceId: string): string {
    return this.keys.ofInstances('held', instanceId);
  }
}
