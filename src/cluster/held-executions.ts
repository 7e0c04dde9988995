import type { InstanceLeases } from './streaming-backend.js';

/**
 * What this instance answers for, counted: an execution can be held for several reasons at a time, such
 * as to end a run that was lost while another begins under its id.
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

  /** Takes one {@link hold} back. If the backend cannot be asked, others find out when this instance ends. */
  release(executionId: string): void {
    const holds = (this.#holds.get(executionId) ?? 0) - 1;
    if (holds > 0) this.#holds.set(executionId, holds);
    else if (this.#holds.delete(executionId))
      this.leases.release(executionId).catch(() => undefined);
  }
}

/** What an application holds that has nobody to answer to. */
export const HOLDS_NOTHING = new HeldExecutions({
  hold: async () => undefined,
  release: async () => undefined,
});
