import { LoadInterval, SENDING_SHARE, type UtilisationMeter } from './load-interval.js';

/** How long a late timer is remembered, in milliseconds. */
const MEMORY_MS = 250;

/** How much one timer counts: it takes several that are late to be overloaded. */
const WEIGHT = 0.2;

/** How much the interval grows for each millisecond that timers are late. */
const STRETCH = 4;

/** It grows by this at most, in milliseconds: four updates a second still look alive. */
const MAX_LATE_STRETCH_MS = 200;

/** A timer that is late by less than this is in time: that is how exact timers are. */
const TOLERANCE_MS = 2;

/** An interval that is automatic is not longer than this because sending takes long, in milliseconds. */
const MAX_SENDING_INTERVAL_MS = 250;

/** So many messages of an execution may grow at once at the usual interval. */
const FEW_MESSAGES = 10;

/** How much the interval grows for each further message, in milliseconds. */
const SHARE_MS = 10;

/**
 * Says for how long tokens are joined. `'auto'` follows the load of the process, and at once what sending
 * takes, such as to hundreds of viewers. A number is stretched while timers fire late, which is when the
 * event loop is overloaded: fewer updates are less work. Both grow while many messages of an execution grow
 * at once.
 */
export class FlushPace {
  #lateMs = 0;
  #changedAt = performance.now();
  /** What sending took the last two times, in milliseconds. */
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
   * @param messages - how many messages of the execution grow at once; many share what a viewer can read
   */
  stretched(interval: number | 'auto', messages = 1): number {
    if (interval === 0) return 0;
    const intervalMs = interval === 'auto' ? this.#automaticMs() : interval;
    const lateMs = interval === 'auto' ? 0 : this.#lateStretchMs();
    const stretched = Math.max(intervalMs + lateMs, SHARE_MS * (messages - FEW_MESSAGES));
    return Math.max(intervalMs, Math.min(stretched, this.maxIntervalMs));
  }

  /** A timer fired so many milliseconds after its time. */
  fired(lateByMs: number): void {
    const lateMs = lateByMs < TOLERANCE_MS ? 0 : lateByMs;
    const now = performance.now();
    const before = now - this.#changedAt > MEMORY_MS ? 0 : this.#lateMs;
    this.#lateMs = before * (1 - WEIGHT) + lateMs * WEIGHT;
    this.#changedAt = now;
  }

  /** Sending what was joined took so many milliseconds. */
  sent(tookMs: number): void {
    this.#sending = [this.#sending[1], tookMs];
    this.#load.sent(tookMs);
  }

  #automaticMs(): number {
    // The shorter of two, so that a pause in which garbage was collected does not count.
    const sendingMs = Math.min(...this.#sending) / SENDING_SHARE;
    const longestMs = Math.min(MAX_SENDING_INTERVAL_MS, this.maxIntervalMs);
    return Math.max(this.#load.intervalMs, Math.min(sendingMs, longestMs));
  }

  #lateStretchMs(): number {
    if (this.#lateMs === 0) return 0;
    return Math.min(STRETCH * this.#lateMs * this.#remembered(), MAX_LATE_STRETCH_MS);
  }

  /** How much of what was measured still counts: 1 at once, less and less as time goes by. */
  #remembered(): number {
    return Math.exp((this.#changedAt - performance.now()) / MEMORY_MS);
  }
}
