import { addressKey } from './client-address.js';
import { tooMany } from './too-many.js';

/** How many attempts of one address may fail. */
export interface AttemptLimits {
  readonly max: number;
  readonly windowMs: number;
  /** How many addresses are counted at a time. */
  readonly maxKeys: number;
}

interface Attempts {
  failed: number;
  windowEnd: number;
  running: number;
  readonly waiting: Set<() => void>;
}

/**
 * Bounds how often authentications of an address fail. Each attempt is counted before it runs, and is
 * subtracted if it did not fail. So many attempts at the same moment cannot exceed the limit. An attempt that
 * could exceed the limit waits for running attempts, because many users may share one address.
 */
export class AttemptLimiter {
  readonly #attempts = new Map<string, Attempts>();

  /**
   * Tries to authenticate.
   *
   * @param isFailure - returns whether an error counts as a failure
   * @param signal - aborts when the client is gone
   * @throws StreamingError `RATE_LIMITED`, and the errors of `attempt`
   */
  async run<T>(
    address: string,
    limits: AttemptLimits,
    attempt: () => Promise<T>,
    isFailure: (error: unknown) => boolean,
    signal?: AbortSignal,
  ): Promise<T> {
    const key = addressKey(address);
    const attempts = this.#enter(key, limits, signal) ?? (await this.#wait(key, limits, signal));
    let failed = false;
    try {
      return await attempt();
    } catch (error) {
      failed = isFailure(error);
      throw error;
    } finally {
      this.#leave(key, attempts, limits, failed);
    }
  }

  /** @returns undefined if too many attempts run now */
  #enter(key: string, limits: AttemptLimits, signal?: AbortSignal): Attempts | undefined {
    const attempts = this.#find(key, limits);
    const now = performance.now();
    if (attempts.failed > 0 && attempts.windowEnd <= now) attempts.failed = 0;
    if (attempts.failed >= limits.max || signal?.aborted)
      throw tooMany('failed authentications', attempts.windowEnd - now);
    if (attempts.failed + attempts.running >= limits.max) return undefined;
    attempts.running += 1;
    return attempts;
  }

  async #wait(key: string, limits: AttemptLimits, signal?: AbortSignal): Promise<Attempts> {
    for (;;) {
      await turnOf(this.#find(key, limits), signal);
      const attempts = this.#enter(key, limits, signal);
      if (attempts) return attempts;
    }
  }

  #leave(key: string, attempts: Attempts, { max, windowMs }: AttemptLimits, failed: boolean): void {
    attempts.running -= 1;
    if (failed) {
      if (attempts.failed === 0) attempts.windowEnd = performance.now() + windowMs;
      attempts.failed += 1;
    }
    let free = attempts.failed >= max ? Infinity : max - attempts.failed - attempts.running;
    for (const wake of attempts.waiting) if ((free -= 1) >= 0) wake();
    if (attempts.running === 0 && attempts.failed === 0 && attempts.waiting.size === 0)
      this.#attempts.delete(key);
  }

  #find(key: string, { maxKeys }: AttemptLimits): Attempts {
    const known = this.#attempts.get(key);
    if (known) return known;
    this.#makeRoom(maxKeys);
    const attempts = { failed: 0, windowEnd: 0, running: 0, waiting: new Set<() => void>() };
    this.#attempts.set(key, attempts);
    return attempts;
  }

  /** Forgets addresses whose window has ended, and the oldest addresses if there are too many. */
  #makeRoom(maxKeys: number): void {
    const now = performance.now();
    for (const [key, { running, windowEnd }] of this.#attempts) {
      if (windowEnd > now && this.#attempts.size < maxKeys) break;
      if (running === 0) this.#attempts.delete(key);
    }
  }
}

/** Waits until another attempt may run, or the client is gone. */
function turnOf({ waiting }: Attempts, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      waiting.delete(wake);
      signal?.removeEventListener('abort', wake);
      resolve();
    };
    waiting.add(wake);
    signal?.addEventListener('abort', wake);
  });
}
