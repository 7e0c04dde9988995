/** The longest delay of a Node timer. With a longer delay it would fire immediately. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Calls back for each key that was not touched for a fixed time. Changes of the system clock have no effect.
 * One timer is enough for all keys, because the key that was touched first is always due first.
 */
export class ExpiryQueue<K> {
  /** Deadlines in insertion order, which is the order in which they are due. */
  readonly #deadlines = new Map<K, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly delayMs: number,
    private readonly onExpired: (key: K) => void,
  ) {}

  /** Starts the time of a key, or starts it again. */
  touch(key: K): void {
    this.#deadlines.delete(key);
    this.#deadlines.set(key, performance.now() + this.delayMs);
    this.#schedule();
  }

  /** Forgets a key. */
  remove(key: K): void {
    this.#deadlines.delete(key);
  }

  /** Forgets every key. */
  clear(): void {
    this.#deadlines.clear();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #schedule(): void {
    const next = this.#deadlines.values().next();
    if (this.#timer !== undefined || next.done) return;
    const delay = Math.min(Math.max(0, next.value - performance.now()), MAX_TIMER_MS);
    this.#timer = setTimeout(() => this.#expire(), delay);
    this.#timer.unref();
  }

  #expire(): void {
    this.#timer = undefined;
    const now = performance.now();
    for (const [key, deadline] of this.#deadlines) {
      if (deadline > now) break;
      this.#deadlines.delete(key);
      this.onExpired(key);
    }
    this.#schedule();
  }
}
