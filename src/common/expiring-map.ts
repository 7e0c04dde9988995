/** A clock that only goes forward, in milliseconds, whatever becomes of the time of the machine. */
export const monotonic = (): number => performance.now();

/**
 * A map whose entries expire and whose size is bounded, so that no client can make it grow. When it
 * is full the entry that was set first goes.
 */
export class ExpiringMap<V> {
  private readonly entries = new Map<string, { readonly value: V; readonly expiresAt: number }>();

  /**
   * @param now - {@link monotonic} for entries that live for a time, such as tickets. The time of the
   * machine is for entries that outlive what has a date in it, such as tokens: both follow it.
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

  /** Drops what expired from the old end, and the oldest entry when that freed nothing. */
  private makeRoom(): void {
    const now = this.now();
    for (const [key, entry] of this.entries) {
      if (entry.expiresAt > now && this.entries.size < this.maxEntries) return;
      this.entries.delete(key);
    }
  }
}
