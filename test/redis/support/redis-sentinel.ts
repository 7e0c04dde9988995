import { RedisServer } from '../../support/redis-server.js';

/** A primary, a replica, and a Sentinel that lets the replica take over. */
export class RedisSentinel {
  readonly name = 'main';

  private constructor(
    readonly primary: RedisServer,
    readonly replica: RedisServer,
    readonly sentinel: RedisServer,
  ) {}

  static async start(): Promise<RedisSentinel> {
    const primary = await RedisServer.start(['--repl-diskless-sync-delay', '0']);
    const replica = await RedisServer.start(['--replicaof', '127.0.0.1', `${primary.port}`]);
    await replica.replicates();
    const sentinel = await RedisServer.startSentinel([
      `sentinel monitor main 127.0.0.1 ${primary.port} 1`,
      'sentinel down-after-milliseconds main 1000',
      'sentinel failover-timeout main 5000',
    ]);
    const started = new RedisSentinel(primary, replica, sentinel);
    await started.#knows(replica);
    return started;
  }

  get sentinels(): { host: string; port: number }[] {
    return [{ host: '127.0.0.1', port: this.sentinel.port }];
  }

  async stop(): Promise<void> {
    await Promise.all([this.primary, this.replica, this.sentinel].map((server) => server.stop()));
  }

  async #knows({ port }: RedisServer): Promise<void> {
    for (;;) {
      const replicas = await this.sentinel.command('SENTINEL', 'REPLICAS', this.name);
      if (JSON.stringify(replicas).includes(String(port))) return;
    }
  }
}
