/** Lets code wait until messages may be sent. */
export class Readiness {
  #isReady = false;
  #failure: Error | undefined;
  readonly #waiting = new Set<() => void>();

  /** @param failure - it will never be ready */
  set(isReady: boolean, failure?: Error): void {
    this.#isReady = isReady;
    this.#failure = failure;
    for (const check of this.#waiting) check();
  }

  /** @throws what {@link set} was given, or what `timeout` makes when it takes too long */
  wait(timeoutMs: number, timeout: () => Error): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = (failure = this.#failure): void => {
        if (failure) reject(failure);
        else if (this.#isReady) resolve();
        else return;
        clearTimeout(timer);
        this.#waiting.delete(check);
      };
      const timer = setTimeout(() => check(timeout()), timeoutMs);
      this.#waiting.add(check);
      check();
    });
  }
}
