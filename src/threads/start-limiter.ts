import { ANONYMOUS, principalKey, type Principal } from '../access/principal.js';
import { BoundedRateLimiter } from '../access/rate-limit/bounded-rate-limiter.js';
import type { SharedLimits } from '../access/rate-limit/shared-limits.js';
import { tooMany } from '../access/rate-limit/too-many.js';
import type { ResolvedStreamingOptions } from '../options/resolved-options.js';

/** How many principals are counted at the same time. */
const MAX_COUNTED = 10_000;

/** Counts the starts of principals in all instances together. */
export class StartLimiter {
  /** The counts of this instance alone, so that a flood of starts does not reach the shared counts. */
  readonly #own: BoundedRateLimiter;

  constructor(
    private readonly limits: Pick<SharedLimits, 'count'>,
    private readonly options: Pick<
      ResolvedStreamingOptions['agents'],
      'maxStarts' | 'startWindowMs'
    >,
  ) {
    const { maxStarts: max, startWindowMs: windowMs } = options;
    this.#own = new BoundedRateLimiter({ max, windowMs, maxKeys: MAX_COUNTED });
  }

  /** @throws StreamingError `RATE_LIMITED` */
  async count(principal: Principal): Promise<void> {
    // While authentication is off, all clients are the same principal.
    if (principal === ANONYMOUS) return;
    const key = principalKey(principal);
    const own = await this.#own.consume(key);
    if (own.exceeded) throw tooMany('starts', own.retryAfterMs);
    const { maxStarts, startWindowMs } = this.options;
    const all = await this.limits
      .count(`starts:${key}`, 1, startWindowMs)
      // If the shared counts cannot be read, an instance uses its own counts.
      .catch(() => undefined);
    if (all && all.count > maxStarts) throw tooMany('starts', all.endsInMs);
  }
}
