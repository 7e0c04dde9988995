import { WebSocket } from 'ws';
import { onTestEnd } from '../../support/streaming-app.js';

/** A transport spoken by hand, for what no Socket.IO client would send. */
export class RawTransport {
  readonly received: string[] = [];
  /** Resolves when the server closed the transport. */
  readonly closed: Promise<void>;
  readonly #socket: WebSocket;
  readonly #waiting = new Set<() => void>();

  /** Resolves when the WebSocket is open. */
  readonly opened: Promise<void>;

  /** @param query - more of it, such as the session to upgrade */
  constructor(url: string, query = '') {
    this.#socket = new WebSocket(
      `${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket${query}`,
    );
    this.opened = new Promise((resolve) => this.#socket.once('open', () => resolve()));
    this.#socket.on('message', (data: Buffer) => {
      this.received.push(data.toString());
      for (const check of this.#waiting) check();
    });
    this.#socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => this.#socket.once('close', () => resolve()));
    onTestEnd(() => this.#socket.terminate());
  }

  send(packet: string | Buffer): void {
    this.#socket.send(packet);
  }

  /** Sends a ping of the WebSocket, below the engine. */
  ping(): void {
    this.#socket.ping();
  }

  /** Sends a pong of the WebSocket that nobody asked for. */
  pong(): void {
    this.#socket.pong();
  }

  /** Reads nothing any more. */
  stall(): void {
    this.#socket.pause();
  }

  /** Reads again what came until then. */
  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#socket.close();
  }

  /** Resolves with the messages that match, when there are `count`. */
  async until(pattern: RegExp, count = 1): Promise<string[]> {
    const matching = (): string[] => this.received.filter((message) => pattern.test(message));
    await new Promise<void>((resolve) => {
      const check = (): void => {
        if (matching().length < count) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
      check();
    });
    return matching();
  }
}

/** Begins to upgrade a polling session, which the server then waits to be probed. */
export async function openUpgrade(url: string, sid: string): Promise<RawTransport> {
  const transport = new RawTransport(url, `&sid=${sid}`);
  await transport.opened;
  return transport;
}

/** Opens a transport and waits until it can be spoken on. */
export async function openTransport(url: string): Promise<RawTransport> {
  const transport = new RawTransport(url);
  await transport.until(/^0\{/);
  return transport;
}
