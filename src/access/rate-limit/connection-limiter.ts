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
  /** @throws StreamingError `TOO_MANY_CONNECTIONS` if the principal has reached its limit */
  assign(principal: Principal): void;
  /** Gives the place back. Further calls do nothing. */
  release(): void;
}

/** Counts connections, including those that are still authenticating. */
export class ConnectionLimiter {
  readonly #addresses = new Map<string, Counter>();
  readonly #principals = new Map<string, Counter>();
  private total = 0;
  private limits: ConnectionLimits;

  constructor({
    maxConnections,
    maxConnectionsPerAddress,
    maxConnectionsPerPrincipal,
  }: ConnectionLimits) {
    this.limits = { maxConnections, maxConnectionsPerAddress, maxConnectionsPerPrincipal };
  }

  /** Raises each limit that is lower than the given limit. */
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
    if (this.total >= this.limits.maxConnections)
      throw tooManyConnections('The server has no free place for a connection. Try again later.');
    const counters = this.#take(
      this.#addresses,
      addressKey(address),
      this.limits.maxConnectionsPerAddress,
      'There are too many connections from this address. Close one first, or try again later.',
      [],
    );
    this.total += 1;
    return new Slot(this, counters);
  }

  /** @internal Counts the connection of a slot as one of the principal's. */
  assign(principal: Principal, counted: readonly Counter[]): readonly Counter[] {
    return this.#take(
      this.#principals,
      principalKey(principal),
      this.limits.maxConnectionsPerPrincipal,
      'You have too many connections. Close one first.',
      counted,
    );
  }

  /** @internal The connection of a slot is gone. */
  release(counters: readonly Counter[]): void {
    this.total -= 1;
    for (const counter of counters) {
      counter.count -= 1;
      if (counter.count === 0) counter.all.delete(counter.key);
    }
  }

  #take(
    all: Map<string, Counter>,
    key: string,
    max: number,
    message: string,
    counted: readonly Counter[],
  ): readonly Counter[] {
    const counter = all.get(key) ?? { all, key, count: 0 };
    if (counted.includes(counter)) return counted;
    if (counter.count >= max) throw tooManyConnections(message);
    counter.count += 1;
    if (counter.count === 1) all.set(key, counter);
    // A spread array would reserve unused memory for every connection.
    return counted.concat(counter);
  }
}

/**
 * The number of connections with one key. They share this object, so that no connection stores the key again.
 */
interface Counter {
  /** The counters of all keys of its kind. */
  readonly all: Map<string, Counter>;
  readonly key: string;
  count: number;
}

class Slot implements ConnectionSlot {
  /** Undefined once it is released. */
  #counters: readonly Counter[] | undefined;

  constructor(
    private readonly limiter: ConnectionLimiter,
    counters: readonly Counter[],
  ) {
    this.#counters = counters;
  }

  assign(principal: Principal): void {
    const counted = this.#counters;
    if (counted) this.#counters = this.limiter.assign(principal, counted);
  }

  release(): void {
    const counted = this.#counters;
    this.#counters = undefined;
    if (counted) this.limiter.release(counted);
  }
}

function tooManyConnections(message: string): StreamingError {
  return new StreamingError('TOO_MANY_CONNECTIONS', message);
}
