import type { GatewaySocket } from '../../gateway/socket-types.js';
import type { RequestFault } from './request-check.js';

/** One transport of the engine: what it may do, and what it has. */
export class GuardedTransport {
  #fault: RequestFault | undefined;
  /** The sockets of its namespaces, and whether they are the library's. */
  readonly #sockets = new Map<GatewaySocket, boolean>();

  /** Why it may not enter a namespace of the library. */
  get fault(): RequestFault | undefined {
    return this.#fault;
  }

  /** Whether it is in a namespace of the library. */
  get isOurs(): boolean {
    return [...this.#sockets.values()].includes(true);
  }

  /** One of its requests did not pass. */
  refuse(fault: RequestFault): void {
    this.#fault ??= fault;
  }

  /** It has entered a namespace. */
  enter(socket: GatewaySocket, isOurs: boolean): void {
    this.#sockets.set(socket, isOurs);
    // A request can have failed while the credential was checked.
    if (isOurs && this.#fault !== undefined) socket.disconnect(true);
  }

  /** It has left a namespace. */
  leave(socket: GatewaySocket): void {
    this.#sockets.delete(socket);
  }
}
