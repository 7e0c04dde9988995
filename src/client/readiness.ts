/** Lets code wait until messages may be sent. */
export class Readiness {
  #isReady = false;
  #failure: Error | undefined;
  readonly #waiting = new Set<() => void>();

  set(isReady: boolean): void {
    this.#isReady = isReady;
    this.#proceed();
  }

  /** Waiting has failed: it will never be ready. */
  fail(failure: Error): void {
    this.#failure = failure;
    this.#proceed();
  }

  /** @throws the error of {@link fail}, or the error of `timeout` if it takes too long */
  wait(timeoutMs: number, timeout: () => Error): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (failure?: Error): void => {
        clearTimeout(timer);
        this.#waiting.delete(check);
        if (failure) reject(failure);
        else resolve();
      };
      const check = (): void => {
        if (this.#isReady || this.#failure) settle(this.#failure);
      };
      const timer = setTimeout(() => settle(timeout()), timeoutMs);
      this.#waiting.add(check);
      check();
    });
  }

  #proceed(): void {
    for (const check of this.#waiting) check();
  }
}
