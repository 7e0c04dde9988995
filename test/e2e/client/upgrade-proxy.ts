import { once, type EventEmitter } from 'node:events';
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** What becomes of WebSockets that go through the proxy. */
export type UpgradeTreatment =
  | 'passes'
  | 'is refused with 400'
  | 'is refused with 200'
  | 'is swallowed'
  | 'is closed'
  | 'is closed after it was accepted'
  | 'is silent after it was accepted'
  | 'is closed after the handshake of Engine.IO';

/** An HTTP proxy in front of a server that treats WebSocket upgrades, or polls, as some proxies do. */
export class UpgradeProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Duplex>();
  /** How many polls are being answered, and WebSockets let through. */
  #inUse = 0;
  /** The requests that came, each as `websocket` or `polling`. */
  readonly requests: string[] = [];
  treatment: UpgradeTreatment;
  refusesPolls = false;

  private constructor(
    private readonly targetPort: number,
    treatment: UpgradeTreatment,
  ) {
    this.treatment = treatment;
    this.#server = createServer((req, res) => {
      this.requests.push('polling');
      this.#use(res);
      if (this.refusesPolls) {
        res.writeHead(403).end();
        return;
      }
      const { url, method, headers } = req;
      const onward = request({ port: targetPort, path: url, method, headers }, (answer) => {
        res.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(res);
      });
      onward.on('error', () => res.destroy());
      res.on('close', () => onward.destroy());
      req.pipe(onward);
    });
    this.#server.on('connection', (socket) => this.#keep(socket));
    this.#server.on('upgrade', (req: IncomingMessage, socket, head) => {
      this.requests.push('websocket');
      this.#keep(socket);
      this.#upgrade(req, socket, head);
    });
  }

  static async start(
    target: string,
    treatment: UpgradeTreatment = 'passes',
  ): Promise<UpgradeProxy> {
    const proxy = new UpgradeProxy(Number(new URL(target).port), treatment);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Resolves with the next request of either kind. */
  next(): Promise<unknown> {
    return Promise.race([once(this.#server, 'request'), once(this.#server, 'upgrade')]);
  }

  /** Breaks every connection, one of which must be in use: between two polls nobody would notice. */
  async cut(): Promise<void> {
    if (this.#inUse === 0) await once(this.#server, 'request');
    this.#destroy();
  }

  #destroy(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  close(): Promise<void> {
    this.#destroy();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #use(connection: EventEmitter): void {
    this.#inUse += 1;
    connection.once('close', () => (this.#inUse -= 1));
  }

  #keep(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
  }

  #upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void {
    switch (this.treatment) {
      case 'is refused with 400':
        socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
        return;
      case 'is refused with 200':
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok');
        return;
      case 'is swallowed':
        return;
      case 'is closed':
        socket.destroy();
        return;
      case 'passes':
        this.#use(socket);
        this.#pass(req, head, (onward) => socket.pipe(onward).pipe(socket));
        return;
      case 'is closed after it was accepted':
      case 'is silent after it was accepted':
      case 'is closed after the handshake of Engine.IO':
        this.#pass(req, head, (onward) => this.#acceptOnly(socket, onward));
    }
  }

  /** Repeats the upgrade request to the server. */
  #pass({ url, rawHeaders }: IncomingMessage, head: Buffer, then: (onward: Socket) => void): void {
    const onward = connect(this.targetPort, '127.0.0.1', () => {
      const lines = [`GET ${url} HTTP/1.1`];
      for (let index = 0; index < rawHeaders.length; index += 2)
        lines.push(`${rawHeaders[index]}: ${rawHeaders[index + 1]}`);
      onward.write(`${lines.join('\r\n')}\r\n\r\n`);
      onward.write(head);
      then(onward);
    });
    this.#keep(onward);
  }

  /** Lets the answer to the upgrade through, and nothing or not much after it. */
  #acceptOnly(socket: Duplex, onward: Socket): void {
    let answer = '';
    onward.on('data', (chunk: Buffer) => {
      answer += chunk.toString('latin1');
      const end = answer.indexOf('\r\n\r\n') + 4;
      if (end < 4) return;
      const wantsHandshake = this.treatment === 'is closed after the handshake of Engine.IO';
      if (wantsHandshake && answer.length === end) return;
      onward.removeAllListeners('data');
      socket.write(wantsHandshake ? Buffer.from(answer, 'latin1') : answer.slice(0, end));
      if (this.treatment !== 'is silent after it was accepted') socket.end();
      onward.destroy();
    });
  }
}
