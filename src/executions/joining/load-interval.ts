import { performance as eventLoop, type EventLoopUtilization } from 'node:perf_hooks';

/** The interval while the process is idle, in milliseconds. */
const RESTING_MS = 4;

/** The longest interval because of load, in milliseconds: four updates per second still look fluent. */
const LONGEST_MS = 250;

/** The interval at some utilisations of the event loop. In between it grows exponentially. */
const CURVE = [
  { utilisation: 0.25, intervalMs: RESTING_MS },
  { utilisation: 0.45, intervalMs: 50 },
  { utilisation: 0.85, intervalMs: LONGEST_MS },
] as const;

/** The largest share of time that sending should take. Tokens are joined for longer to reach it. */
export const SENDING_SHARE = 0.1;

/** The longest interval for this reason alone, in milliseconds: viewers hardly notice it. */
const LONGEST_FOR_SENDING_MS = 50;

/** How often the utilisation is measured, in milliseconds. */
const SAMPLE_MS = 100;

/** How much one sample counts. */
const WEIGHT = 0.2;

/** The interval does not change while it differs by less than this factor from the interval for the load. */
const DEAD_BAND = 1.2;

/** By how much the interval changes with a sample, as a natural logarithm: little at first, then more. */
const FIRST_STEP = 0.01;
const LARGEST_STEP = Math.log(1.25);
const STEP_GROWTH = 1.2;

/** If the interval for the load is longer by this factor, the interval grows fast from the start. */
const FAR = Math.log(3);
const FAST_STEP = Math.log(1.5);

/** After this many missed samples, measuring begins again. */
const MAX_MISSED_SAMPLES = 20;

/** How busy the event loop was since the last call, from 0 to 1. */
export type UtilisationMeter = () => number;

/**
 * An interval that follows the load: a few milliseconds while the process is idle, longer the busier its
 * event loop is, and longer while sending takes much of the time. A longer interval makes the process less
 * busy, so the interval changes slowly, and more slowly whenever it turns around: otherwise it would swing.
 * Only after a sudden load the interval grows fast.
 */
export class LoadInterval {
  #intervalMs: number = RESTING_MS;
  #utilisation = 0;
  /** The share of the time that sending joined tokens took. */
  #sendingShare = 0;
  /** How long sending took since the last sample, in milliseconds. */
  #sendingMs = 0;
  #sampledAt = performance.now();
  /** How far the last change went; below 0 it made the interval shorter. */
  #step = 0;
  readonly #longestMs: number;

  /** @param maxIntervalMs - the longest interval, in milliseconds */
  constructor(
    maxIntervalMs: number,
    private readonly meter: UtilisationMeter = eventLoopMeter(),
  ) {
    this.#longestMs = Math.min(maxIntervalMs, LONGEST_MS);
  }

  /** The interval now, in milliseconds. The load is measured only when it is called. */
  get intervalMs(): number {
    const samples = Math.floor((performance.now() - this.#sampledAt) / SAMPLE_MS);
    if (samples > 0) this.#sample(samples);
    return Math.min(this.#intervalMs, this.#longestMs);
  }

  /** Sending joined tokens took this many milliseconds. */
  sent(tookMs: number): void {
    this.#sendingMs += tookMs;
  }

  /** Measures the load since the last sample, and counts it for the missed samples. */
  #sample(samples: number): void {
    this.#sampledAt += samples * SAMPLE_MS;
    const utilisation = this.meter();
    const sendingShare = this.#sendingMs / (samples * SAMPLE_MS);
    this.#sendingMs = 0;
    for (let left = Math.min(samples, MAX_MISSED_SAMPLES); left > 0; left -= 1) {
      this.#utilisation += WEIGHT * (utilisation - this.#utilisation);
      this.#sendingShare += WEIGHT * (sendingShare - this.#sendingShare);
      this.#approach(Math.max(intervalAt(this.#utilisation), this.#forSending()));
    }
  }

  /** Half as many updates take half the time, and an interval that is twice as long makes half as many. */
  #forSending(): number {
    return Math.min(
      (this.#intervalMs * this.#sendingShare) / SENDING_SHARE,
      LONGEST_FOR_SENDING_MS,
    );
  }

  #approach(targetMs: number): void {
    const distance = Math.log(targetMs / this.#intervalMs);
    const isNear = Math.abs(distance) < Math.log(DEAD_BAND);
    if (isNear && targetMs > RESTING_MS && targetMs < LONGEST_MS) {
      this.#step = 0;
      return;
    }
    this.#step = Math.sign(distance) * Math.min(this.#stepSize(distance), Math.abs(distance));
    this.#intervalMs *= Math.exp(this.#step);
  }

  #stepSize(distance: number): number {
    if (distance > FAR) return FAST_STEP;
    const goesOn = this.#step * distance > 0;
    return goesOn ? Math.min(Math.abs(this.#step) * STEP_GROWTH, LARGEST_STEP) : FIRST_STEP;
  }
}

function intervalAt(utilisation: number): number {
  const [idle, ...points] = CURVE;
  let below: { readonly utilisation: number; readonly intervalMs: number } = idle;
  for (const above of points) {
    const share = (utilisation - below.utilisation) / (above.utilisation - below.utilisation);
    if (share <= 0) return below.intervalMs;
    if (share < 1) return below.intervalMs * (above.intervalMs / below.intervalMs) ** share;
    below = above;
  }
  return below.intervalMs;
}

function eventLoopMeter(): UtilisationMeter {
  let before: EventLoopUtilization = eventLoop.eventLoopUtilization();
  return () => {
    const now = eventLoop.eventLoopUtilization();
    const { utilization } = eventLoop.eventLoopUtilization(now, before);
    before = now;
    return utilization;
  };
}
