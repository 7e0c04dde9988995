import { RedisServer } from '../../support/redis-server.js';

const SLOTS = 16_384;
const SERVERS = 3;

/** Three servers that are a cluster, each with a third of the slots. */
export class RedisCluster {
  private constructor(readonly servers: readonly RedisServer[]) {}

  static async start(): Promise<RedisCluster> {
    const config = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000'];
    const servers = await Promise.all(
      Array.from({ length: SERVERS }, () => RedisServer.start(config)),
    );
    const cluster = new RedisCluster(servers);
    const [first] = servers;
    for (const [index, server] of servers.entries()) {
      const from = Math.ceil((SLOTS / SERVERS) * index);
      const to = Math.ceil((SLOTS / SERVERS) * (index + 1)) - 1;
      await server.command('CLUSTER', 'ADDSLOTSRANGE', `${from}`, `${to}`);
      await server.command('CLUSTER', 'MEET', '127.0.0.1', `${first?.port}`);
    }
    for (const server of servers) await cluster.#isWhole(server);
    return cluster;
  }

  get nodes(): { host: string; port: number }[] {
    return this.servers.map(({ port }) => ({ host: '127.0.0.1', port }));
  }

  /** Moves the slot of a key to another server, as `redis-cli --cluster reshard` does. */
  async move(key: string): Promise<void> {
    const slot = String(await this.servers[0]?.command('CLUSTER', 'KEYSLOT', key));
    const owner = await this.#ownerOf(slot);
    const target = this.servers.find((server) => server !== owner);
    if (!target) throw new Error('There is no other server.');
    const [ownerId, targetId] = [await idOf(owner), await idOf(target)];
    await target.command('CLUSTER', 'SETSLOT', slot, 'IMPORTING', ownerId);
    await owner.command('CLUSTER', 'SETSLOT', slot, 'MIGRATING', targetId);
    for (;;) {
      const keys = (await owner.command('CLUSTER', 'GETKEYSINSLOT', slot, '100')) as string[];
      if (keys.length === 0) break;
      const migrate = ['MIGRATE', '127.0.0.1', `${target.port}`, '', '0', '5000', 'KEYS', ...keys];
      await owner.command(...migrate);
    }
    for (const server of [target, owner, ...this.servers])
      await server.command('CLUSTER', 'SETSLOT', slot, 'NODE', targetId);
  }

  /** The users of all connected clients, except the connections that ask this. */
  async users(): Promise<string[]> {
    const lists = this.servers.map((server) => server.command('CLIENT', 'LIST', 'TYPE', 'normal'));
    const lines = (await Promise.all(lists)).flatMap((list) => String(list).trim().split('\n'));
    return lines
      .filter((line) => !line.includes('cmd=client|list'))
      .map((line) => /user=(\S+)/.exec(line)?.[1] ?? '');
  }

  async stop(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.stop()));
  }

  async #ownerOf(slot: string): Promise<RedisServer> {
    const ranges = (await this.servers[0]?.command('CLUSTER', 'SLOTS')) as [
      number,
      number,
      [string, number],
    ][];
    const range = ranges.find(([from, to]) => Number(slot) >= from && Number(slot) <= to);
    const owner = this.servers.find(({ port }) => port === range?.[2][1]);
    if (!owner) throw new Error(`Nobody has slot ${slot}.`);
    return owner;
  }

  async #isWhole(server: RedisServer): Promise<void> {
    for (;;) {
      const info = String(await server.command('CLUSTER', 'INFO'));
      if (info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${SERVERS}`))
        return;
    }
  }
}

async function idOf(server: RedisServer): Promise<string> {
  return String(await server.command('CLUSTER', 'MYID'));
}
