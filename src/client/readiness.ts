/** Whether something may be sent now, for those who wait until it may. */
export class Readiness {
  #isReady = false;
  #failure: Error | undefined;
  readonly #waiting = new Set<() => void>();

  set(isReady: boolean): void {
    this.#isReady = isReady;
    this.#proceed();
  }

  /** It will never be ready. */
  fail(failure: Error): void {
    this.#failure = failure;
    this.#proceed();
  }

  /** @throws what {@link fail} was given, or what `timeout` makes when it takes too long */
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
