interface Sized<V> {
  readonly value: V;
  readonly bytes: number;
}

/** Remembers what was used last, within bounds. What was not used for longest is forgotten first. */
export class BoundedMap<K, V> {
  /** In the order in which they were used. */
  readonly #values = new Map<K, Sized<V>>();
  #bytes = 0;

  constructor(
    private readonly maxSize: number,
    private readonly maxBytes: number,
  ) {}

  get size(): number {
    return this.#values.size;
  }

  get(key: K): V | undefined {
    const sized = this.#values.get(key);
    if (!sized) return undefined;
    this.#values.delete(key);
    this.#values.set(key, sized);
    return sized.value;
  }

  /** @param bytes - what the value takes; one that takes more than all may is not remembered */
  set(key: K, value: V, bytes = 0): void {
    this.#forget(key);
    this.#values.set(key, { value, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#values.keys()) {
      if (this.#values.size <= this.maxSize && this.#bytes <= this.maxBytes) break;
      this.#forget(oldest);
    }
  }

  #forget(key: K): void {
    this.#bytes -= this.#values.get(key)?.bytes ?? 0;
    this.#values.delete(key);
  }
}
