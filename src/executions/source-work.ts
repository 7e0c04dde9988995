/** The work of a source that has not ended. After the end of its execution, a source may still clean up. */
export class SourceWork {
  readonly #pending = new Set<Promise<unknown>>();

  /** Lets {@link settled} wait for a part of the work. */
  track(work: Promise<unknown>): void {
    const over = (): void => void this.#pending.delete(work);
    this.#pending.add(work);
    work.then(over, over);
  }

  /** Resolves when all parts have ended, including parts that begin meanwhile. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.allSettled(this.#pending);
  }
}
