/** How often the same cause is logged, in milliseconds. */
const INTERVAL_MS = 60_000;
/** How many causes are told apart. */
const MAX_CAUSES = 1_000;

/** Lets one log line through per cause and interval. */
export class LineLimiter {
  readonly #causes = new Map<string, { endsAt: number; suppressed: number }>();

  /**
   * Asks to log a cause.
   *
   * @returns how many lines of this cause were suppressed since the last one; undefined to suppress
   * this one too
   */
  take(cause: string): number | undefined {
    const now = performance.now();
    const known = this.#causes.get(cause);
    if (known && now < known.endsAt) {
      known.suppressed += 1;
      return undefined;
    }
    this.#causes.delete(cause);
    this.#causes.set(cause, { endsAt: now + INTERVAL_MS, suppressed: 0 });
    this.#forgetOldest();
    return known?.suppressed ?? 0;
  }

  #forgetOldest(): void {
    if (this.#causes.size <= MAX_CAUSES) return;
    for (const oldest of this.#causes.keys()) {
      this.#causes.delete(oldest);
      return;
    }
  }
}
