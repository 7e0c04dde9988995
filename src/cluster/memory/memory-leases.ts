import type { InstanceLeases, LeaseEvents } from '../streaming-backend.js';

interface MemoryInstance {
  readonly held: Set<string>;
  readonly events: LeaseEvents | undefined;
  isAlive: boolean;
}

/** The leases of instances in one process. A lease lasts until the instance or a test ends it. */
export class MemoryLeaseTable {
  readonly #instances = new Map<string, MemoryInstance>();

  add(instanceId: string, events: LeaseEvents): void {
    this.#instances.set(instanceId, { held: this.heldBy(instanceId), events, isAlive: true });
    for (const [id, { isAlive, held }] of this.#instances)
      if (!isAlive && held.size > 0) this.#announce(id);
  }

  isAlive(instanceId: string): boolean {
    return this.#instances.get(instanceId)?.isAlive === true;
  }

  /** The executions that an instance holds, also before it has its lease. */
  heldBy(instanceId: string): Set<string> {
    const known = this.#instances.get(instanceId);
    if (known) return known.held;
    const held = new Set<string>();
    this.#instances.set(instanceId, { held, events: undefined, isAlive: true });
    return held;
  }

  /** Ends the lease of an instance, because it has left, or because a test lets it die. */
  lapse(instanceId: string): void {
    const instance = this.#instances.get(instanceId);
    if (!instance?.isAlive) return;
    instance.isAlive = false;
    if (instance.held.size > 0) this.#announce(instanceId);
  }

  /** Renews the lease of an instance that counted as dead. */
  revive(instanceId: string): void {
    const instance = this.#instances.get(instanceId);
    if (!instance) return;
    instance.isAlive = true;
    instance.events?.onRevived();
  }

  release(instanceId: string, executionId: string): void {
    this.#instances.get(instanceId)?.held.delete(executionId);
  }

  #announce(deadId: string): void {
    const held = [...(this.#instances.get(deadId)?.held ?? [])];
    for (const { isAlive, events } of this.#instances.values())
      if (isAlive) events?.onDead(deadId, held);
  }
}

/** The lease of one instance in a {@link MemoryLeaseTable}. */
export class MemoryLeases implements InstanceLeases {
  constructor(
    private readonly table: MemoryLeaseTable,
    private readonly instanceId: string,
  ) {}

  async start(events: LeaseEvents): Promise<void> {
    this.table.add(this.instanceId, events);
  }

  async isAlive(instanceId: string): Promise<boolean> {
    return this.table.isAlive(instanceId);
  }

  async hold(executionId: string): Promise<void> {
    this.table.heldBy(this.instanceId).add(executionId);
  }

  async release(executionId: string, heldBy = this.instanceId): Promise<void> {
    this.table.release(heldBy, executionId);
  }
}
