import type { InstanceLeases } from './streaming-backend.js';

/**
 * The executions that this instance is responsible for, with a count. An execution can be held for several
 * reasons at the same time, for example to end a lost run while another run begins with the same id.
 */
export class HeldExecutions {
  readonly #holds = new Map<string, number>();

  constructor(private readonly leases: Pick<InstanceLeases, 'hold' | 'release'>) {}

  /** @throws StreamingError `LOG_UNAVAILABLE` */
  async hold(executionId: string): Promise<void> {
    this.#holds.set(executionId, (this.#holds.get(executionId) ?? 0) + 1);
    try {
      await this.leases.hold(executionId);
    } catch (error) {
      this.release(executionId);
      throw error;
    }
  }

  /**
   * Takes one {@link hold} back. If the backend cannot be reached, the other instances notice it when this
   * instance ends.
   */
  release(executionId: string): void {
    const holds = (this.#holds.get(executionId) ?? 0) - 1;
    if (holds > 0) this.#holds.set(executionId, holds);
    else if (this.#holds.delete(executionId))
      this.leases.release(executionId).catch(() => undefined);
  }
}

/** The holds of an application without a backend: none. */
export const HOLDS_NOTHING = new HeldExecutions({
  hold: async () => undefined,
  release: async () => undefined,
});
