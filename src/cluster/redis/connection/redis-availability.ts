import type { LogAvailability } from '../../../log/log-availability.js';

/**
 * Whether Redis executes calls. It counts as unavailable as soon as one call takes too long. It counts as
 * available again when a call succeeds and no call takes too long: a Redis without memory answers some calls
 * and refuses others.
 */
export class RedisAvailability implements LogAvailability {
  readonly #late = new Set<symbol>();
  readonly #listeners: ((isAvailable: boolean) => void)[] = [];
  #isAvailable = true;

  /** @param patienceMs - how long a call may take, in milliseconds */
  constructor(private readonly patienceMs: number) {}

  get isAvailable(): boolean {
    return this.#isAvailable;
  }

  onChange(listener: (isAvailable: boolean) => void): void {
    this.#listeners.push(listener);
  }

  /** Makes a call, and notes how it goes. */
  async watch<T>(call: () => Promise<T>): Promise<T> {
    const id = Symbol();
    const timer = setTimeout(() => {
      this.#late.add(id);
      this.#set(false);
    }, this.patienceMs);
    try {
      const answer = await call();
      this.#late.delete(id);
      if (this.#late.size === 0) this.#set(true);
      return answer;
    } finally {
      this.#late.delete(id);
      clearTimeout(timer);
    }
  }

  #set(isAvailable: boolean): void {
    if (this.#isAvailable === isAvailable) return;
    this.#isAvailable = isAvailable;
    for (const listener of this.#listeners) listener(isAvailable);
  }
}
