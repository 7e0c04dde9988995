import { LoadInterval, SENDING_SHARE, type UtilisationMeter } from './load-interval.js';

/** How long a late timer is remembered, in milliseconds. */
const MEMORY_MS = 250;

/** The weight of one timer. The event loop counts as overloaded only after several late timers. */
const WEIGHT = 0.2;

/** How much the interval grows for each millisecond that timers are late. */
const STRETCH = 4;

/** The interval grows by at most this, in milliseconds: four updates per second still look fluent. */
const MAX_LATE_STRETCH_MS = 200;

/**
 * A timer that is late by less than this counts as on time, in milliseconds, because timers are not exact.
 */
const TOLERANCE_MS = 2;

/** The longest automatic interval if sending takes long, in milliseconds. */
const MAX_SENDING_INTERVAL_MS = 250;

/** How many messages of an execution may grow at the same time at the usual interval. */
const FEW_MESSAGES = 10;

/** How much the interval grows for each further message, in milliseconds. */
const SHARE_MS = 10;

/**
 * Decides how long tokens are joined. With `'auto'` the interval follows the load of the process, and
 * immediately the time that sending takes, for example to hundreds of viewers. A fixed interval is stretched
 * while timers fire late, because then the event loop is overloaded. Both intervals grow while many messages
 * of an execution grow at the same time.
 */
export class FlushPace {
  #lateMs = 0;
  #changedAt = performance.now();
  /** The duration of the last two sendings, in milliseconds. */
  #sending: readonly [number, number] = [0, 0];
  readonly #load: LoadInterval;

  /** @param maxIntervalMs - an interval is not stretched beyond this */
  constructor(
    private readonly maxIntervalMs: number,
    meter?: UtilisationMeter,
  ) {
    this.#load = new LoadInterval(maxIntervalMs, meter);
  }

  /**
   * The interval for now. An interval of 0 stays 0: it joins nothing.
   *
   * @param messages - how many messages of the execution grow at the same time
   */
  stretched(interval: number | 'auto', messages = 1): number {
    if (interval === 0) return 0;
    const intervalMs = interval === 'auto' ? this.#automaticMs() : interval;
    const lateMs = interval === 'auto' ? 0 : this.#lateStretchMs();
    const stretched = Math.max(intervalMs + lateMs, SHARE_MS * (messages - FEW_MESSAGES));
    return Math.max(intervalMs, Math.min(stretched, this.maxIntervalMs));
  }

  /** A timer fired this many milliseconds late. */
  fired(lateByMs: number): void {
    const lateMs = lateByMs < TOLERANCE_MS ? 0 : lateByMs;
    const now = performance.now();
    const before = now - this.#changedAt > MEMORY_MS ? 0 : this.#lateMs;
    this.#lateMs = before * (1 - WEIGHT) + lateMs * WEIGHT;
    this.#changedAt = now;
  }

  /** Sending joined tokens took this many milliseconds. */
  sent(tookMs: number): void {
    this.#sending = [this.#sending[1], tookMs];
    this.#load.sent(tookMs);
  }

  #automaticMs(): number {
    // The shorter of two, so that a pause for garbage collection does not count.
    const sendingMs = Math.min(...this.#sending) / SENDING_SHARE;
    const longestMs = Math.min(MAX_SENDING_INTERVAL_MS, this.maxIntervalMs);
    return Math.max(this.#load.intervalMs, Math.min(sendingMs, longestMs));
  }

  #lateStretchMs(): number {
    if (this.#lateMs === 0) return 0;
    return Math.min(STRETCH * this.#lateMs * this.#remembered(), MAX_LATE_STRETCH_MS);
  }

  /** How much of the last measurement still counts: 1 immediately after it, then less and less. */
  #remembered(): number {
    return Math.exp((this.#changedAt - performance.now()) / MEMORY_MS);
  }
}
