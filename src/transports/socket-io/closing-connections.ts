import type { Socket } from 'node:net';
import { netSocketOf } from './engine-internals.js';
import type { GatewaySocket } from '../../gateway/socket-types.js';

/** How long a client may take to read what it was sent before its connection was closed, in milliseconds. */
const GRACE_MS = 10_000;

/**
 * Connections that were closed and whose clients have not taken part in it yet. One that reads nothing
 * never does, and what waits for it would be kept until the protocols below give up, which takes
 * more than a minute; here it has a little time to read why it was closed.
 */
export class ClosingConnections {
  readonly #timers = new Map<Socket, NodeJS.Timeout>();

  /** A client was told why and its connection closed. */
  add({ conn, request }: GatewaySocket): void {
    // That of the request is another one when the client polled first.
    const network = netSocketOf(conn.transport) ?? request.socket;
    // Each poll is a request of its own, so there is nothing to keep.
    if (conn.transport.name !== 'websocket' || network.destroyed || this.#timers.has(network))
      return;
    const timer = setTimeout(() => network.destroy(), GRACE_MS).unref();
    this.#timers.set(network, timer);
    network.once('close', () => {
      clearTimeout(timer);
      this.#timers.delete(network);
    });
  }

  /** Ends their time at once. */
  destroy(): void {
    for (const network of this.#timers.keys()) network.destroy();
  }
}
