import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A load balancer: passes each connection on to the next gateway that takes it. */
export class Balancer {
  readonly #clients = new Set<Socket>();
  #next = 0;

  private constructor(
    private readonly server: Server,
    private readonly portsOf: () => readonly number[],
  ) {
    server.on('connection', (client) => this.#pass(client));
  }

  /**
   * @param port - 0 for any
   * @param portsOf - the ports of the gateways now
   * @throws Error that names the port when somebody else uses it
   */
  static async start(port: number, portsOf: () => readonly number[]): Promise<Balancer> {
    const server = createServer();
    const balancer = new Balancer(server, portsOf);
    server.listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      throw new Error(`Port ${port} is in use. Choose another one with --port.`, { cause: error });
    }
    return balancer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.close();
    for (const client of this.#clients) client.destroy();
    await once(this.server, 'close');
  }

  #pass(client: Socket): void {
    this.#clients.add(client);
    client.on('error', () => undefined);
    client.once('close', () => this.#clients.delete(client));
    const ports = this.portsOf();
    const first = this.#next++ % ports.length;
    this.#try(client, [...ports.slice(first), ...ports.slice(0, first)]);
  }

  #try(client: Socket, [port, ...others]: readonly number[]): void {
    if (port === undefined) return void client.destroy();
    const gateway = connect(port, '127.0.0.1');
    const tryOthers = (): void => this.#try(client, others);
    gateway.once('error', tryOthers);
    gateway.once('connect', () => {
      gateway.off('error', tryOthers).on('error', () => undefined);
      client.pipe(gateway).pipe(client);
      gateway.once('close', () => client.destroy());
      client.once('close', () => gateway.destroy());
    });
  }
}
