/**
 * How long the client waits between attempts to reconnect. The wait doubles each time, up to `maxDelayMs`. A
 * random part is subtracted, so that clients which lost the same server do not reconnect at the same moment.
 *
 * @publicApi
 */
export interface ReconnectionOptions {
  /** The longest wait before the first attempt, in milliseconds. @default 500 */
  readonly minDelayMs?: number;
  /** The longest wait before any attempt, in milliseconds. @default 10000 */
  readonly maxDelayMs?: number;
  /** The random part of each wait, from 0 (nothing) to 1 (the whole wait). @default 0.5 */
  readonly jitter?: number;
  /** The number of failed attempts in a row after which the client gives up. @default Infinity */
  readonly maxAttempts?: number;
}

export const DEFAULT_RECONNECTION: Required<ReconnectionOptions> = {
  minDelayMs: 500,
  maxDelayMs: 10_000,
  jitter: 0.5,
  maxAttempts: Infinity,
};

/** Counts attempts, and calls back when the next is due. At most one is pending. */
export class Backoff {
  readonly #options: Required<ReconnectionOptions>;
  #attempts = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: Required<ReconnectionOptions>) {
    this.#options = options;
  }

  /** Plans the next attempt. @returns false if `maxAttempts` is reached */
  schedule(attempt: () => void, atLeastMs = 0): boolean {
    if (this.#attempts >= this.#options.maxAttempts) return false;
    this.cancel();
    this.#timer = setTimeout(attempt, Math.max(this.#nextDelayMs(), atLeastMs));
    this.#attempts += 1;
    return true;
  }

  /** Makes an attempt at the end of this turn of the event loop. This attempt is not counted. */
  soon(attempt: () => void): void {
    this.cancel();
    this.#timer = setTimeout(attempt);
  }

  /** An attempt succeeded. */
  reset(): void {
    this.cancel();
    this.#attempts = 0;
  }

  /** Drops the planned attempt. */
  cancel(): void {
    clearTimeout(this.#timer);
  }

  #nextDelayMs(): number {
    const { minDelayMs, maxDelayMs, jitter } = this.#options;
    const longest = Math.min(maxDelayMs, minDelayMs * 2 ** this.#attempts);
    return longest * (1 - jitter * Math.random());
  }
}
