import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';

/** What one limiter allows. */
export interface RateLimit {
  /** How many per window. */
  readonly max: number;
  readonly windowMs: number;
  /**
   * How many keys are counted at the same time. If there are more, the key with the oldest window is
   * forgotten.
   */
  readonly maxKeys: number;
}

/** The count of a key in its window. */
export interface RateLimitState {
  /** The number in this window, including refused ones. */
  readonly consumed: number;
  readonly exceeded: boolean;
  /** When the window ends, in milliseconds from now. */
  readonly retryAfterMs: number;
}

/** Counts per key in fixed windows. Its memory is limited, even if clients make up keys. */
export class BoundedRateLimiter {
  private readonly limiter: RateLimiterMemory;
  /** The end of each key's window, in the order in which the windows began. */
  private readonly windows = new Map<string, number>();

  constructor(private readonly limit: RateLimit) {
    this.limiter = new RateLimiterMemory({ points: limit.max, duration: limit.windowMs / 1000 });
  }

  /** How many keys are counted. */
  get size(): number {
    return this.windows.size;
  }

  /** Counts one for a key. */
  consume(key: string): Promise<RateLimitState> {
    this.track(key);
    return this.limiter.penalty(key).then((counted) => this.toState(counted));
  }

  /** Stops counting for a key. */
  forget(key: string): void {
    this.windows.delete(key);
    void this.limiter.delete(key);
  }

  private track(key: string): void {
    const now = Date.now();
    if ((this.windows.get(key) ?? 0) > now) return;
    this.windows.delete(key);
    for (const [oldest, end] of this.windows) {
      if (end > now && this.windows.size < this.limit.maxKeys) break;
      this.forget(oldest);
    }
    this.windows.set(key, now + this.limit.windowMs);
  }

  private toState({ consumedPoints, msBeforeNext }: RateLimiterRes): RateLimitState {
    return {
      consumed: consumedPoints,
      exceeded: consumedPoints > this.limit.max,
      retryAfterMs: Math.max(1, msBeforeNext),
    };
  }
}
