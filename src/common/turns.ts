/** How much time the work of one turn of the event loop may take, in milliseconds. */
const TURN_MS = 5;

/**
 * Spreads bursts of work over turns of the event loop, in order of arrival, so that other work of the process
 * need not wait.
 */
export class Turns {
  #waiting: (() => void)[] = [];
  #running = false;

  /**
   * Resolves when it is the caller's turn: at once for the first one in a turn of the event loop. The caller's work
   * is everything that it does before its next await.
   */
  next(): Promise<void> {
    if (this.#running) return new Promise((resolve) => this.#waiting.push(resolve));
    void this.#run();
    return Promise.resolve();
  }

  async #run(): Promise<void> {
    this.#running = true;
    do {
      await new Promise<void>((resolve) => setImmediate(resolve));
      await this.#runTurn();
    } while (this.#waiting.length > 0);
    this.#running = false;
  }

  async #runTurn(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    const until = performance.now() + TURN_MS;
    let served = 0;
    while (served < waiting.length && performance.now() < until) {
      waiting[served]?.();
      served += 1;
      // The resolved caller continues before this code, so its work is done here.
      await Promise.resolve();
    }
    this.#waiting = [...waiting.slice(served), ...this.#waiting];
  }
}
