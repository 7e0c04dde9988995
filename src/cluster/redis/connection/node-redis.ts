import { connectUnlessAborted } from './connect-unless-aborted.js';
import type { ConnectionEvents, RedisConnection, RedisConnector } from './redis-connection.js';

type Listener = (message: string, channel: string) => void;

/** The parts of a client of `redis`, of its cluster and of its Sentinel that are used. */
interface NodeRedis {
  on(event: string, listener: (error: Error) => void): unknown;
  connect(): Promise<unknown>;
  destroy(): unknown;
  sendCommand(...args: readonly unknown[]): Promise<unknown>;
  subscribe(channels: readonly string[], listener: Listener): Promise<unknown>;
  unsubscribe(channel: string): Promise<unknown>;
  sSubscribe(channels: readonly string[], listener: Listener): Promise<unknown>;
  sUnsubscribe(channel: string): Promise<unknown>;
}

/** Opens connections by `createClient`, `createCluster` or `createSentinel` of `redis`. */
export class NodeRedisConnector implements RedisConnector {
  constructor(
    private readonly duplicate: () => NodeRedis,
    private readonly kind: 'client' | 'cluster' | 'sentinel',
  ) {}

  get isCluster(): boolean {
    return this.kind === 'cluster';
  }

  async open(
    { onLost, onMessage }: ConnectionEvents,
    signal: AbortSignal,
  ): Promise<RedisConnection> {
    const client = this.duplicate();
    // A client that lost its connection would open another connection by itself.
    client.on('error', (error) =>
      onLost(error instanceof Error ? error : new Error(String(error))),
    );
    const connection = new NodeRedisConnection(client, this.kind, onMessage);
    await connectUnlessAborted(client, connection, signal);
    return connection;
  }
}

class NodeRedisConnection implements RedisConnection {
  readonly #listener: Listener;

  constructor(
    private readonly client: NodeRedis,
    private readonly kind: 'client' | 'cluster' | 'sentinel',
    onMessage: ConnectionEvents['onMessage'],
  ) {
    this.#listener = (message, channel) => onMessage(channel, message);
  }

  send(command: readonly string[], key: string): Promise<unknown> {
    if (this.kind === 'client') return this.client.sendCommand(command);
    if (this.kind === 'cluster') return this.client.sendCommand(key, false, command);
    return this.client.sendCommand(false, command);
  }

  async publish(channel: string, message: string): Promise<number> {
    const command = this.kind === 'cluster' ? 'SPUBLISH' : 'PUBLISH';
    return Number(await this.send([command, channel, message], channel));
  }

  async subscribe(channels: readonly string[]): Promise<void> {
    if (this.kind === 'cluster') await this.client.sSubscribe(channels, this.#listener);
    else await this.client.subscribe(channels, this.#listener);
  }

  async unsubscribe(channel: string): Promise<void> {
    if (this.kind === 'cluster') await this.client.sUnsubscribe(channel);
    else await this.client.unsubscribe(channel);
  }

  destroy(): void {
    // `destroy` of a Sentinel is asynchronous. Its result does not matter here.
    void (async () => this.client.destroy())().catch(() => undefined);
  }
}
