import { connectUnlessAborted } from './connect-unless-aborted.js';
import type { ConnectionEvents, RedisConnection, RedisConnector } from './redis-connection.js';

/** The parts of `Redis` and `Cluster` of `ioredis` that are used. */
interface IORedis {
  on(event: string, listener: (...args: string[]) => void): unknown;
  connect(): Promise<unknown>;
  disconnect(): void;
  call(command: string, ...args: string[]): Promise<unknown>;
  subscribe(...channels: string[]): Promise<unknown>;
  unsubscribe(channel: string): Promise<unknown>;
  ssubscribe(...channels: string[]): Promise<unknown>;
  sunsubscribe(channel: string): Promise<unknown>;
}

/** Opens connections by `Redis` or `Cluster` of `ioredis`. */
export class IORedisConnector implements RedisConnector {
  constructor(
    private readonly duplicate: () => IORedis,
    readonly isCluster: boolean,
  ) {}

  async open(
    { onLost, onMessage }: ConnectionEvents,
    signal: AbortSignal,
  ): Promise<RedisConnection> {
    const client = this.duplicate();
    const connection = new IORedisConnection(client, this.isCluster);
    client.on('error', (error: unknown) =>
      onLost(error instanceof Error ? error : new Error(String(error))),
    );
    // It may also end without an error, for example if the server closes the connection.
    client.on('end', () => onLost(new Error('The connection to Redis was closed.')));
    client.on(this.isCluster ? 'smessage' : 'message', onMessage);
    await connectUnlessAborted(client, connection, signal);
    return connection;
  }
}

class IORedisConnection implements RedisConnection {
  constructor(
    private readonly client: IORedis,
    private readonly isCluster: boolean,
  ) {}

  send([name = '', ...args]: readonly string[]): Promise<unknown> {
    return this.client.call(name, ...args);
  }

  async publish(channel: string, message: string): Promise<number> {
    return Number(
      await this.client.call(this.isCluster ? 'SPUBLISH' : 'PUBLISH', channel, message),
    );
  }

  async subscribe(channels: readonly string[]): Promise<void> {
    if (this.isCluster) await this.client.ssubscribe(...channels);
    else await this.client.subscribe(...channels);
  }

  async unsubscribe(channel: string): Promise<void> {
    if (this.isCluster) await this.client.sunsubscribe(channel);
    else await this.client.unsubscribe(channel);
  }

  destroy(): void {
    this.client.disconnect();
  }
}
