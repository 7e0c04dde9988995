import type { RateLimit, RateLimitState } from './bounded-rate-limiter.js';

/** Counts the messages of one connection in fixed windows. It is forgotten with its connection. */
export class MessageWindow {
  #consumed = 0;
  /** On the monotonic clock. */
  #endsAt = Number.NEGATIVE_INFINITY;

  /** Counts one message. */
  consume({ max, windowMs }: Pick<RateLimit, 'max' | 'windowMs'>): RateLimitState {
    const now = performance.now();
    if (this.#endsAt <= now) {
      this.#endsAt = now + windowMs;
      this.#consumed = 0;
    }
    this.#consumed += 1;
    const consumed = this.#consumed;
    const retryAfterMs = Math.max(1, Math.ceil(this.#endsAt - now));
    return { consumed, exceeded: consumed > max, retryAfterMs };
  }
}
