import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Cluster as IORedisCluster, Redis as IORedis } from 'ioredis';
import { Cluster as IORedisCluster5, Redis as IORedis5 } from 'ioredis-v5';
import { createCluster, createSentinel } from 'redis';
import type { RedisClient } from '../../src/cluster/redis/connection/redis-client.js';
import { RedisKeys } from '../../src/cluster/redis/redis-keys.js';
import { executionChannel } from '../../src/protocol/channel.js';
import { streamLogContract } from '../../src/testing/index.js';
import { Heard, textsOf, token, upTo } from '../../src/testing/log-contract/support.js';
import { logOf, openBackend, ownPrefix } from '../support/redis-backends.js';
import { RedisCluster } from './support/redis-cluster.js';
import { RedisSentinel } from './support/redis-sentinel.js';
import { onTestEnd } from '../support/streaming-app.js';

type Node = { readonly host: string; readonly port: number };

/** As whom a client connects. */
type User = { readonly username?: string; readonly password?: string };

const OF_CLUSTER: readonly (readonly [
  string,
  (nodes: readonly Node[], user?: User) => RedisClient,
])[] = [
  [
    'redis',
    (nodes, user = {}) =>
      createCluster({ rootNodes: nodes.map((socket) => ({ socket })), defaults: user }),
  ],
  [
    'ioredis 6',
    (nodes, user = {}) => new IORedisCluster([...nodes], { lazyConnect: true, redisOptions: user }),
  ],
  [
    'ioredis 5',
    (nodes, user = {}) =>
      new IORedisCluster5([...nodes], { lazyConnect: true, redisOptions: user }),
  ],
];

const OF_SENTINEL: readonly (readonly [
  string,
  (sentinels: readonly Node[], name: string) => RedisClient,
])[] = [
  ['redis', (nodes, name) => createSentinel({ name, sentinelRootNodes: [...nodes] })],
  [
    'ioredis 6',
    (sentinels, name) => new IORedis({ sentinels: [...sentinels], name, lazyConnect: true }),
  ],
  [
    'ioredis 5',
    (sentinels, name) => new IORedis5({ sentinels: [...sentinels], name, lazyConnect: true }),
  ],
];

describe.each(OF_CLUSTER)('a cluster of three servers, by %s', (_library, clientOf) => {
  let cluster: RedisCluster;

  beforeAll(async () => {
    cluster = await RedisCluster.start();
  }, 60_000);
  afterAll(() => cluster.stop());

  streamLogContract(
    { describe, it },
    async (bounds) =>
      logOf(await openBackend({ client: clientOf(cluster.nodes), prefix: ownPrefix() }, bounds)),
    { keepsText: true },
  );

  it('is reached by the user that the client names', async () => {
    for (const server of cluster.servers)
      await server.command('ACL', 'SETUSER', 'app', 'on', '>word', '~*', '&*', '+@all');
    const user = { username: 'app', password: 'word' };
    const client = clientOf(cluster.nodes, user);
    const backend = await openBackend({ client, prefix: ownPrefix() });
    onTestEnd(() => backend.close());
    const channel = executionChannel('run');
    await backend.log.open(channel);
    await backend.log.follow(channel, () => undefined);
    expect(new Set(await cluster.users())).toEqual(new Set(['app']));
  });

  it('loses and doubles nothing when the slots of what is streamed move', async () => {
    const prefix = ownPrefix();
    const options = { client: clientOf(cluster.nodes), prefix, verifyIntervalMs: 500 };
    const [here, there] = [await openBackend(options), await openBackend(options)];
    onTestEnd(() => Promise.all([here.close(), there.close()]));
    const channel = executionChannel('moved');
    await here.log.open(channel);
    const heard = new Heard();
    await there.log.follow(channel, heard.listen);
    const { meta } = new RedisKeys(prefix, 64).of(channel);
    for (const index of upTo(300)) {
      await here.log.append(channel, [token(`${index}`)]);
      if (index === 100 || index === 200) await cluster.move(meta);
    }
    await heard.sequence(300);
    expect(heard.sequences).toEqual(upTo(300));
    expect(textsOf(await there.log.read(channel))).toEqual(upTo(300).map(String));
  }, 60_000);
});

describe.each(OF_SENTINEL)('a primary that a Sentinel watches, by %s', (_library, clientOf) => {
  it('is followed by its replica, without anything doubled', async () => {
    const servers = await RedisSentinel.start();
    onTestEnd(() => servers.stop());
    const client = clientOf(servers.sentinels, servers.name);
    const options = { client, prefix: ownPrefix(), verifyIntervalMs: 500 };
    const [here, there] = [await openBackend(options), await openBackend(options)];
    onTestEnd(() => Promise.all([here.close(), there.close()]));
    const channel = executionChannel('run');
    await here.log.open(channel, { state: 'running' });
    const heard = new Heard();
    await there.log.follow(channel, heard.listen);
    for (const index of upTo(300)) {
      await here.log.append(channel, [token(`${index}`)]);
      if (index === 150) await servers.primary.kill();
    }
    await heard.sequence(heard.sequences.length);
    const texts = textsOf(await there.log.read(channel)).map(Number);
    expect(texts).toEqual([...new Set(texts)].toSorted((one, other) => one - other));
    expect(texts.slice(-150)).toEqual(upTo(300).slice(150));
  }, 120_000);
});
