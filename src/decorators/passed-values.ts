/** What calls inside of a call streamed, so that a value that is passed on is not streamed again. */
export class PassedValues {
  #objects: WeakSet<object> | undefined;
  /** Only the newest text, and once: texts that are equal need not be the same. */
  #text: string | undefined;

  add(value: unknown): void {
    if (typeof value === 'string') this.#text = value;
    else if (typeof value === 'object' && value !== null) {
      this.#objects ??= new WeakSet();
      this.#objects.add(value);
    }
  }

  /** Whether a value was streamed inside. */
  take(value: unknown): boolean {
    if (typeof value === 'object' && value !== null) return this.#objects?.has(value) ?? false;
    if (value === undefined || value !== this.#text) return false;
    this.#text = undefined;
    return true;
  }
}
