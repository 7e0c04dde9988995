import type { Manager } from 'socket.io-client';

/** The name of a transport of Socket.IO. */
export type TransportName = 'websocket' | 'polling';

/** How long to wait for a connection while there is another transport to try, in milliseconds. */
const PATIENCE_MS = 5_000;
/** How long to wait over the last transport, in milliseconds. */
const LAST_PATIENCE_MS = 20_000;

/** Chooses the transport for a connection: the last that worked, and after a failure the next. */
export class Transports {
  #order: readonly TransportName[];
  /** How many failed in a row. */
  #failures = 0;

  constructor(order: readonly TransportName[]) {
    this.#order = order;
  }

  /**
   * The transports for the next connection. Socket.IO connects with the first, and may upgrade to another.
   */
  prepare(manager: Manager): void {
    manager.opts.transports = [...this.#order];
    manager.timeout(this.#failures + 1 < this.#order.length ? PATIENCE_MS : LAST_PATIENCE_MS);
  }

  /** The first transport has failed. @returns whether there is another transport to try before waiting */
  failed(): boolean {
    const [first, ...others] = this.#order;
    if (first) this.#order = [...others, first];
    this.#failures = (this.#failures + 1) % this.#order.length;
    return this.#failures > 0;
  }

  worked(name: string): void {
    this.#failures = 0;
    this.#order = [name as TransportName, ...this.#order.filter((other) => other !== name)];
  }
}
