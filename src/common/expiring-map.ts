/** A clock in milliseconds that only goes forward, even if the system clock changes. */
export const monotonic = (): number => performance.now();

/**
 * A map whose entries expire and whose size is limited, so that clients cannot fill the memory. If it is
 * full, the oldest entry is removed.
 */
export class ExpiringMap<V> {
  private readonly entries = new Map<string, { readonly value: V; readonly expiresAt: number }>();

  /**
   * @param now - the clock. Use {@link monotonic} for entries with a lifetime, such as tickets. Use the
   * system clock for entries with a date from outside, such as tokens, because the date follows the system
   * clock too.
   */
  constructor(
    private readonly maxEntries: number,
    private readonly now = (): number => Date.now(),
  ) {}

  get size(): number {
    return this.entries.size;
  }

  /** @param expiresAt - in milliseconds, by the clock of the map */
  set(key: string, value: V, expiresAt: number): void {
    this.entries.delete(key);
    this.makeRoom();
    this.entries.set(key, { value, expiresAt });
  }

  /** Keeps an entry for a time, in milliseconds. */
  setFor(key: string, value: V, ttlMs: number): void {
    this.set(key, value, this.now() + ttlMs);
  }

  get(key: string): V | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.expiresAt > this.now()) return entry.value;
    this.entries.delete(key);
    return undefined;
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  /** Gets and removes in one step. */
  take(key: string): V | undefined {
    const value = this.get(key);
    this.entries.delete(key);
    return value;
  }

  /** Removes expired entries from the old end. If there are none, removes the oldest entry. */
  private makeRoom(): void {
    const now = this.now();
    for (const [key, entry] of this.entries) {
      if (entry.expiresAt > now && this.entries.size < this.maxEntries) return;
      this.entries.delete(key);
    }
  }
}
