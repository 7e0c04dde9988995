/**
 * A map whose entries expire and whose size is bounded, so that no client can make it grow. When it
 * is full the entry that was set first goes.
 */
export class ExpiringMap<V> {
  private readonly entries = new Map<string, { readonly value: V; readonly expiresAt: number }>();

  constructor(private readonly maxEntries: number) {}

  get size(): number {
    return this.entries.size;
  }

  /** @param expiresAt - in milliseconds since the Unix epoch */
  set(key: string, value: V, expiresAt: number): void {
    this.entries.delete(key);
    this.makeRoom();
    this.entries.set(key, { value, expiresAt });
  }

  get(key: string): V | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.expiresAt > Date.now()) return entry.value;
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
    const now = Date.now();
    for (const [key, entry] of this.entries) {
      if (entry.expiresAt > now && this.entries.size < this.maxEntries) return;
      this.entries.delete(key);
    }
  }
}
