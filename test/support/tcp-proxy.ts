import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A connection through a {@link TcpProxy}. */
interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  /** What the server says is dropped; when the connection is to be cut after it said something. */
  isDeaf: boolean;
  cutsAfterAnswer: boolean;
}

/** Stands between a client and a server, and fails as networks do. */
export class TcpProxy {
  readonly #pairs = new Set<Pair>();
  #losesNext: string | undefined;
  /** Whether connections are refused. */
  #isClosed = false;

  private constructor(
    private readonly listener: Server,
    public targetPort: number,
  ) {}

  static async start(targetPort: number): Promise<TcpProxy> {
    const listener = createServer();
    const proxy = new TcpProxy(listener, targetPort);
    listener.on('connection', (client) => proxy.#join(client));
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.listener.address() as AddressInfo).port;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** The next request that contains a text is passed on, its answer is not, and its connection is cut. */
  loseNextAnswer(text = 'EVALSHA'): void {
    this.#losesNext = text;
  }

  /** Cuts every connection. */
  cut(): void {
    for (const pair of this.#pairs) this.#end(pair);
  }

  /** From now on nothing gets through, and nobody is told: as when a cable is pulled. */
  partition(): void {
    for (const { client, server } of this.#pairs) {
      client.pause();
      server.pause();
    }
    this.listener.removeAllListeners('connection');
    this.listener.on('connection', (client) => {
      client.pause();
      this.#keep(client);
    });
  }

  /** What got stuck in a {@link partition} gets through, and new connections too. */
  heal(): void {
    for (const { client, server } of this.#pairs) {
      client.resume();
      server.resume();
    }
    this.listener.removeAllListeners('connection');
    this.listener.on('connection', (client) => this.#join(client));
  }

  /** Connections that exist say nothing more and stay open. New ones work. */
  deaden(): void {
    for (const { client, server } of this.#pairs) {
      client.pause();
      server.pause();
    }
  }

  /** The answers of the server are lost. */
  deafen(): void {
    for (const pair of this.#pairs) pair.isDeaf = true;
  }

  /** Refuses connections, and cuts those that exist. */
  refuse(): void {
    this.#isClosed = true;
    this.cut();
  }

  accept(): void {
    this.#isClosed = false;
  }

  async stop(): Promise<void> {
    this.cut();
    for (const socket of this.#kept) socket.destroy();
    this.listener.close();
    await once(this.listener, 'close');
  }

  readonly #kept = new Set<Socket>();

  #keep(socket: Socket): void {
    this.#kept.add(socket);
    socket.on('error', () => undefined).on('close', () => this.#kept.delete(socket));
  }

  #join(client: Socket): void {
    client.on('error', () => undefined);
    if (this.#isClosed) {
      client.destroy();
      return;
    }
    const server = connect(this.targetPort, '127.0.0.1').setNoDelay();
    client.setNoDelay();
    const pair: Pair = { client, server, isDeaf: false, cutsAfterAnswer: false };
    this.#pairs.add(pair);
    server.on('error', () => undefined);
    client.on('data', (data) => {
      if (this.#losesNext !== undefined && data.includes(this.#losesNext)) {
        this.#losesNext = undefined;
        pair.cutsAfterAnswer = true;
      }
      server.write(data);
    });
    server.on('data', (data) => {
      if (pair.cutsAfterAnswer) this.#end(pair);
      else if (!pair.isDeaf) client.write(data);
    });
    client.on('close', () => this.#end(pair));
    server.on('close', () => this.#end(pair));
  }

  #end(pair: Pair): void {
    this.#pairs.delete(pair);
    pair.client.destroy();
    pair.server.destroy();
  }
}
