import { StreamingError } from '../../errors/streaming.error.js';
import { principalKey, type Principal } from '../principal.js';
import type { AttemptLimits } from './attempt-limiter.js';
import { addressKey } from './client-address.js';
import type { SharedLimits } from './shared-limits.js';
import { SharedPlaces } from './shared-places.js';
import { tooMany } from './too-many.js';

/**
 * Counts over all instances of an application: connections of a principal, and failed authentications of an
 * address. If the shared counts cannot be read, an instance uses its own counts.
 */
export class SharedAccount {
  readonly #connections: SharedPlaces;

  constructor(private readonly limits: SharedLimits) {
    this.#connections = new SharedPlaces(limits, 'connections');
  }

  /**
   * Takes a place for a connection of a principal.
   *
   * @returns a function that gives the place back
   * @throws StreamingError `TOO_MANY_CONNECTIONS`
   */
  async occupy(principal: Principal, max: number): Promise<() => void> {
    const key = principalKey(principal);
    const all = await this.#connections.take(key);
    let isTaken = true;
    const release = (): void => {
      if (!isTaken) return;
      isTaken = false;
      this.#connections.giveBack(key);
    };
    if (all <= max) return release;
    release();
    throw new StreamingError(
      'TOO_MANY_CONNECTIONS',
      'You have too many connections. Close one first.',
    );
  }

  /** @throws StreamingError `RATE_LIMITED` if too many authentications of an address have failed */
  async requireAttempt(address: string, { max, windowMs }: AttemptLimits): Promise<void> {
    const failed = await this.limits.count(failures(address), 0, windowMs).catch(() => undefined);
    if (failed && failed.count >= max) throw tooMany('failed authentications', failed.endsInMs);
  }

  /** An authentication of an address failed. */
  async countFailure(address: string, { windowMs }: AttemptLimits): Promise<void> {
    await this.limits.count(failures(address), 1, windowMs).catch(() => undefined);
  }
}

const failures = (address: string): string => `failures:${addressKey(address)}`;
