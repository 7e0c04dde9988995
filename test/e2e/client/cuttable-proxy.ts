import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What the server has said, until it says a text. */
interface Held {
  readonly text: string;
  readonly data: Buffer[];
  readonly resolve: () => void;
}

/** A network between client and server that a test can cut. */
export class CuttableProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isDown = false;
  #held: Held | undefined;

  private constructor(targetPort: number) {
    this.#server = createServer((inbound) => {
      if (this.#isDown) {
        inbound.destroy();
        return;
      }
      const outbound = connect(targetPort, '127.0.0.1');
      for (const socket of [inbound, outbound]) {
        this.#sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => {
          this.#sockets.delete(socket);
          inbound.destroy();
          outbound.destroy();
        });
      }
      inbound.pipe(outbound);
      outbound.on('data', (data: Buffer) => {
        if (!this.#held) inbound.write(data);
        else this.#hold(this.#held, data, inbound);
      });
      outbound.on('end', () => inbound.end());
    });
  }

  /** @param target - the address of the server behind it */
  static async start(target: string): Promise<CuttableProxy> {
    const proxy = new CuttableProxy(Number(new URL(target).port));
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Breaks every connection that goes through it, without a word to either side. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Breaks every connection, and lets none through until {@link up}. */
  down(): void {
    this.#isDown = true;
    this.cut();
  }

  up(): void {
    this.#isDown = false;
  }

  /** Collects what the server says, until it has said a text. Then all of it comes at once. */
  gather(text: string): Promise<void> {
    return new Promise((resolve) => {
      this.#held = { text, data: [], resolve };
    });
  }

  #hold(held: Held, data: Buffer, inbound: Socket): void {
    held.data.push(data);
    const all = Buffer.concat(held.data);
    if (!all.includes(held.text)) return;
    this.#held = undefined;
    inbound.write(all);
    held.resolve();
  }

  close(): Promise<void> {
    this.cut();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}
