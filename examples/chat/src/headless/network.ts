import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** The network below a server, which can be cut as a bad network would: without a word. */
export class Network {
  readonly #sockets = new Set<Socket>();

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
