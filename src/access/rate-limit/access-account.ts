import { principalKey, type Principal } from '../principal.js';
import { isFailedAttempt } from '../authentication-errors.js';
import type { AttemptLimits } from './attempt-limiter.js';
import { AttemptLimiter } from './attempt-limiter.js';
import { BoundedRateLimiter, type RateLimitState } from './bounded-rate-limiter.js';
import { ConnectionLimiter, type ConnectionLimits } from './connection-limiter.js';
import type { ResolvedRateLimitOptions } from './rate-limit-options.js';
import type { SharedAccount } from './shared-account.js';

/** The limits of a gateway that are counted over all gateways together. */
export interface AccountedLimits extends ConnectionLimits {
  readonly rateLimit: false | ResolvedRateLimitOptions;
}

/**
 * Counts clients over all gateways of an application, so that limits do not multiply with the number of
 * gateways. All gateways together may use the highest limit of any gateway. Each gateway also applies its own
 * limits.
 */
export class AccessAccount {
  readonly places = new ConnectionLimiter({
    maxConnections: 0,
    maxConnectionsPerAddress: 0,
    maxConnectionsPerPrincipal: 0,
  });
  readonly attempts = new AttemptLimiter();
  /** The counts of all instances together. Absent if there is one instance. */
  shared: SharedAccount | undefined;
  #messages: BoundedRateLimiter | undefined;
  #messageLimit = { max: 0, windowMs: 0, maxKeys: 0 };
  #gateways = 0;
  #maxConnectionsPerPrincipal = 0;

  /** Adds the limits of a gateway. */
  include(limits: AccountedLimits): void {
    this.#gateways += 1;
    this.places.allow(limits);
    const places = limits.maxConnectionsPerPrincipal;
    this.#maxConnectionsPerPrincipal = Math.max(this.#maxConnectionsPerPrincipal, places);
    if (limits.rateLimit === false) return;
    const { maxMessagesPerPrincipal: max, windowMs, maxKeys } = limits.rateLimit;
    const known = this.#messageLimit;
    this.#messageLimit = {
      max: Math.max(max, known.max),
      windowMs: Math.max(windowMs, known.windowMs),
      maxKeys: Math.max(maxKeys, known.maxKeys),
    };
    this.#messages = new BoundedRateLimiter(this.#messageLimit);
  }

  /**
   * Takes a place for a connection of a principal among those in all instances.
   *
   * @returns gives it back; undefined if there is one instance
   * @throws StreamingError `TOO_MANY_CONNECTIONS`
   */
  occupy(principal: Principal): Promise<() => void> | undefined {
    return this.shared?.occupy(principal, this.#maxConnectionsPerPrincipal);
  }

  /** Tries to authenticate, unless too many attempts of an address failed; see {@link AttemptLimiter}. */
  attempt<T>(
    address: string,
    limits: AttemptLimits,
    attempt: () => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const here = (): Promise<T> =>
      this.attempts.run(address, limits, attempt, isFailedAttempt, signal);
    return this.shared ? attemptEverywhere(this.shared, address, limits, here) : here();
  }

  /** How many messages of a principal are allowed to all gateways together, per window. */
  get maxMessages(): number {
    return this.#messageLimit.max;
  }

  /**
   * Counts a message of a principal.
   *
   * @returns undefined if there is only one gateway, which counts all messages itself
   */
  countMessage(principal: Principal): Promise<RateLimitState> | undefined {
    return this.#gateways > 1 ? this.#messages?.consume(principalKey(principal)) : undefined;
  }
}

/** Counts the attempt over all instances too. */
async function attemptEverywhere<T>(
  shared: SharedAccount,
  address: string,
  limits: AttemptLimits,
  attempt: () => Promise<T>,
): Promise<T> {
  await shared.requireAttempt(address, limits);
  try {
    return await attempt();
  } catch (error) {
    if (isFailedAttempt(error)) await shared.countFailure(address, limits);
    throw error;
  }
}

/** How many authentications of an address may fail under these options. */
export function attemptLimitsOf({
  maxFailedAuthentications: max,
  failedAuthenticationWindowMs: windowMs,
  maxKeys,
}: ResolvedRateLimitOptions): AttemptLimits {
  return { max, windowMs, maxKeys };
}
