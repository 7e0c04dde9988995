/** Waits until updates have reached clients. The sender calls {@link settle} after each sending. */
export class Arrivals {
  readonly #checks = new Set<() => void>();

  /**
   * @param hasArrived - undefined while it is open
   * @returns the result of `hasArrived`, or false after `timeoutMs`
   */
  wait(hasArrived: () => boolean | undefined, timeoutMs: number): Promise<boolean> {
    const arrived = hasArrived();
    if (arrived !== undefined) return Promise.resolve(arrived);
    return new Promise((resolve) => {
      const settle = (value: boolean): void => {
        clearTimeout(timer);
        this.#checks.delete(check);
        resolve(value);
      };
      const check = (): void => {
        const value = hasArrived();
        if (value !== undefined) settle(value);
      };
      const timer = setTimeout(() => settle(false), timeoutMs);
      this.#checks.add(check);
    });
  }

  /** Checks all waits again. */
  settle(): void {
    if (this.#checks.size > 0) for (const check of [...this.#checks]) check();
  }
}
