import { EventEmitter, once } from 'node:events';
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
  #losesRequest = false;
  #dies: { readonly texts: readonly string[]; left: number } | undefined;
  #tears: { readonly text: string; readonly share: number } | undefined;
  readonly #events = new EventEmitter();
  /** Whether connections are refused. */
  #isClosed = false;
  /** Whether new connections get stuck like those that exist. */
  #isHolding = false;

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

  /** What a client says next is lost, and its connection is cut. */
  loseNextRequest(): void {
    this.#losesRequest = true;
  }

  /** The connection is cut in the next answer that contains a text, after this share of it. */
  tearNextAnswer(text: string, share: number): void {
    this.#tears = { text, share };
  }

  /**
   * Of the requests that contain one of these texts, the one with this number is lost. From then on all connections
   * are refused. Resolves at that time.
   */
  async diesAt(number: number, texts: readonly string[]): Promise<void> {
    this.#dies = { texts, left: number };
    await once(this.#events, 'died');
  }

  /** Cuts every connection. */
  cut(): void {
    for (const pair of this.#pairs) this.#end(pair);
  }

  /** From now on nothing gets through, and nobody is told: as when a cable is pulled. */
  partition(): void {
    this.#isHolding = true;
    this.deaden();
  }

  /** What got stuck in a {@link partition} gets through. */
  heal(): void {
    this.#isHolding = false;
    for (const { client, server } of this.#pairs) {
      client.resume();
      server.resume();
    }
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

  /** Resolves when so many more connections were tried. */
  async connections(count: number): Promise<void> {
    for (let left = count; left > 0; left -= 1) await once(this.#events, 'connection');
  }

  /** Resolves when the server says something that contains a text. */
  async answered(text: string): Promise<void> {
    for (;;) {
      const [data] = (await once(this.#events, 'answer')) as [Buffer];
      if (data.includes(text)) return;
    }
  }

  async stop(): Promise<void> {
    this.cut();
    this.listener.close();
    await once(this.listener, 'close');
  }

  #join(client: Socket): void {
    client.on('error', () => undefined);
    this.#events.emit('connection');
    if (this.#isClosed) {
      client.destroy();
      return;
    }
    const server = connect(this.targetPort, '127.0.0.1').setNoDelay();
    client.setNoDelay();
    const pair: Pair = { client, server, isDeaf: false, cutsAfterAnswer: false };
    this.#pairs.add(pair);
    server.on('error', () => undefined);
    client.on('data', (data: Buffer) => {
      if (this.#isLastRequest(data)) {
        this.refuse();
        this.#events.emit('died');
        return;
      }
      if (this.#losesRequest) {
        this.#losesRequest = false;
        this.#end(pair);
        return;
      }
      if (this.#losesNext !== undefined && data.includes(this.#losesNext)) {
        this.#losesNext = undefined;
        pair.cutsAfterAnswer = true;
      }
      server.write(data);
    });
    server.on('data', (data: Buffer) => {
      this.#events.emit('answer', data);
      const torn = this.#tears;
      if (torn && data.includes(torn.text)) {
        this.#tears = undefined;
        client.write(data.subarray(0, data.length * torn.share), () => this.#end(pair));
        return;
      }
      if (pair.cutsAfterAnswer) this.#end(pair);
      else if (!pair.isDeaf) client.write(data);
    });
    if (this.#isHolding) {
      client.pause();
      server.pause();
    }
    client.on('close', () => this.#end(pair));
    server.on('close', () => this.#end(pair));
  }

  #isLastRequest(data: Buffer): boolean {
    const dies = this.#dies;
    if (!dies?.texts.some((text) => data.includes(text))) return false;
    dies.left -= 1;
    return dies.left === 0;
  }

  #end(pair: Pair): void {
    this.#pairs.delete(pair);
    pair.client.destroy();
    pair.server.destroy();
  }
}
