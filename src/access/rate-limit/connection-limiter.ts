import { StreamingError } from '../../errors/streaming.error.js';
import { type Principal, principalKey } from '../principal.js';
import { addressKey } from './client-address.js';

/** How many connections there may be at a time. */
export interface ConnectionLimits {
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  readonly maxConnectionsPerPrincipal: number;
}

/** The place that one connection takes. */
export interface ConnectionSlot {
  /** @throws StreamingError `TOO_MANY_CONNECTIONS` when the principal has as many as it may */
  assign(principal: Principal): void;
  /** Gives the place back; more calls do nothing. */
  release(): void;
}

/** Counts connections, those that are still authenticating too. */
export class ConnectionLimiter {
  private readonly counts = new Map<string, number>();
  private total = 0;
  private limits: ConnectionLimits;

  constructor({
    maxConnections,
    maxConnectionsPerAddress,
    maxConnectionsPerPrincipal,
  }: ConnectionLimits) {
    this.limits = { maxConnections, maxConnectionsPerAddress, maxConnectionsPerPrincipal };
  }

  /** Raises the limits to these where they are lower. */
  allow(limits: ConnectionLimits): void {
    const most = (name: keyof ConnectionLimits): number =>
      Math.max(this.limits[name], limits[name]);
    this.limits = {
      maxConnections: most('maxConnections'),
      maxConnectionsPerAddress: most('maxConnectionsPerAddress'),
      maxConnectionsPerPrincipal: most('maxConnectionsPerPrincipal'),
    };
  }

  /** How many connections there are. */
  get size(): number {
    return this.total;
  }

  /**
   * Takes a place for a connection.
   *
   * @throws StreamingError `TOO_MANY_CONNECTIONS`
   */
  admit(address: string): ConnectionSlot {
    if (this.total >= this.limits.maxConnections) throw tooManyConnections('The server is full.');
    const keys: string[] = [];
    this.take(
      `address:${addressKey(address)}`,
      this.limits.maxConnectionsPerAddress,
      'There are too many connections from this address.',
      keys,
    );
    this.total += 1;
    let released = false;
    return {
      assign: (principal) => {
        if (released) return;
        this.take(
          `principal:${principalKey(principal)}`,
          this.limits.maxConnectionsPerPrincipal,
          'You have too many connections. Close one first.',
          keys,
        );
      },
      release: () => {
        if (released) return;
        released = true;
        this.total -= 1;
        for (const key of keys) this.decrement(key);
      },
    };
  }

  private take(key: string, max: number, message: string, taken: string[]): void {
    if (taken.includes(key)) return;
    const count = this.counts.get(key) ?? 0;
    if (count >= max) throw tooManyConnections(message);
    this.counts.set(key, count + 1);
    taken.push(key);
  }

  private decrement(key: string): void {
    const count = this.counts.get(key) ?? 0;
    if (count > 1) this.counts.set(key, count - 1);
    else this.counts.delete(key);
  }
}

function tooManyConnections(message: string): StreamingError {
  return new StreamingError('TOO_MANY_CONNECTIONS', message);
}
