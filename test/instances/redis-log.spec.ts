import { afterAll, beforeAll, describe, it } from '@jest/globals';
import type { StreamLog } from '../../src/entries/log.js';
import type { ContractLogBounds } from '../../src/testing/index.js';
import { streamLogContract } from '../../src/testing/index.js';
import { RedisKeys } from '../../src/cluster/redis/redis-keys.js';
import { clientOf, logOf, openBackend, ownPrefix } from '../support/redis-backends.js';
import { RedisServer } from '../support/redis-server.js';
import { TcpProxy } from '../support/tcp-proxy.js';

describe('the log in Redis', () => {
  let server: RedisServer;
  let proxy: TcpProxy;
  /** With what a log was made, for another one over the same keys. */
  const made = new WeakMap<StreamLog, { prefix: string; bounds: ContractLogBounds }>();

  beforeAll(async () => {
    server = await RedisServer.start();
    proxy = await TcpProxy.start(server.port);
  });
  afterAll(async () => {
    await proxy.stop();
    await server.stop();
  });

  const open = async (bounds: ContractLogBounds, prefix = ownPrefix()): Promise<StreamLog> => {
    const log = logOf(await openBackend({ client: clientOf(proxy.url), prefix }, bounds));
    made.set(log, { prefix, bounds });
    return log;
  };
  const madeWith = (log: StreamLog): { prefix: string; bounds: ContractLogBounds } => {
    const found = made.get(log);
    if (!found) throw new TypeError('The log was not made here.');
    return found;
  };

  streamLogContract({ describe, it }, (bounds) => open(bounds), {
    keepsText: true,
    another: (log) => open(madeWith(log).bounds, madeWith(log).prefix),
    loseNextAnswer: () => proxy.loseNextAnswer(),
    loseData: async () => {
      await server.command('FLUSHALL');
      await server.command('SCRIPT', 'FLUSH');
    },
    rollBack: async (log, channel, entries) => {
      const { meta, list } = new RedisKeys(madeWith(log).prefix, 1).of(channel);
      await server.command('RPOP', list, `${entries}`);
      await server.command('HINCRBY', meta, 'h', `-${entries}`);
      const fields = (await server.command('HKEYS', meta)) as string[];
      const writers = fields.filter((field) => field.startsWith('w:'));
      await server.command('HDEL', meta, ...writers);
    },
  });
});
