import { describe, expect, it } from '@jest/globals';
import { Redis as IORedis, type RedisOptions } from 'ioredis';
import { Redis as IORedis5 } from 'ioredis-v5';
import { createClient, RESP_TYPES } from 'redis';
import type { RedisBackend } from '../../src/cluster/redis/redis-backend.js';
import type { RedisClient } from '../../src/cluster/redis/index.js';
import { executionChannel } from '../../src/protocol/channel.js';
import { Heard, textsOf, token, upTo } from '../../src/testing/log-contract/support.js';
import { openBackend, ownPrefix } from '../support/redis-backends.js';
import { redisForTests } from '../support/redis-for-tests.js';
import { onTestEnd } from '../support/streaming-app.js';

type Make = (url: string) => RedisClient | Promise<RedisClient>;

type IORedisClass = new (url: string, options?: RedisOptions) => IORedis;

const IOREDIS = [IORedis as IORedisClass, IORedis5 as unknown as IORedisClass];

type NodeRedisOptions = NonNullable<Parameters<typeof createClient>[0]>;

/** What applications set on their own clients. */
const OF_REDIS: readonly (readonly [string, NodeRedisOptions])[] = [
  ['RESP 2', { RESP: 2 }],
  ['RESP 3', { RESP: 3 }],
  ['texts as buffers', { commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } } }],
  ['numbers as texts', { commandOptions: { typeMapping: { [RESP_TYPES.NUMBER]: String } } }],
  ['maps as Map', { RESP: 3, commandOptions: { typeMapping: { [RESP_TYPES.MAP]: Map } } }],
  ['a timeout for each command', { commandOptions: { timeout: 1 } }],
  ['one command in its queue', { commandsQueueMaxLength: 1 }],
  ['no offline queue', { disableOfflineQueue: true }],
  ['pings', { pingInterval: 10 }],
  ['another database', { database: 3 }],
  ['no reconnects', { socket: { reconnectStrategy: false } }],
];

const OF_IOREDIS: readonly (readonly [string, RedisOptions])[] = [
  ['numbers as texts', { stringNumbers: true }],
  ['a key prefix', { keyPrefix: 'own:' }],
  ['automatic pipelines', { enableAutoPipelining: true }],
  ['commands sent again after an error', { reconnectOnError: () => 2 }],
  ['no offline queue', { enableOfflineQueue: false }],
  ['one retry', { maxRetriesPerRequest: 1 }],
  ['a timeout for each command', { commandTimeout: 5_000 }],
  ['another database', { db: 3 }],
  ['no check whether it is ready', { enableReadyCheck: false }],
  ['no subscriptions after a reconnect', { autoResubscribe: false }],
];

const CLIENTS: readonly (readonly [string, Make])[] = [
  ...OF_REDIS.map(([what, options]): [string, Make] => [
    `redis with ${what}`,
    (url) => createClient({ url, ...options }),
  ]),
  [
    'redis with texts as buffers from now on',
    (url) => createClient({ url }).withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer }),
  ],
  [
    'redis that the application closed',
    async (url) => {
      const client = createClient({ url });
      await client.connect();
      await client.close();
      return client;
    },
  ],
  ...IOREDIS.flatMap((Client, index): [string, Make][] => [
    ...OF_IOREDIS.map(([what, options]): [string, Make] => [
      `ioredis ${6 - index} with ${what}`,
      (url) => new Client(url, { ...options, lazyConnect: true }),
    ]),
    [
      `ioredis ${6 - index} that the application closed`,
      async (url: string) => {
        const client = new Client(url);
        await client.quit();
        return client;
      },
    ],
  ]),
];

const channel = executionChannel('run');

async function logs(one: RedisBackend, other: RedisBackend): Promise<void> {
  const opened = await one.log.open(channel, { state: 'running', producer: 'one' });
  expect(opened.created).toBe(true);
  expect((await other.log.open(channel)).created).toBe(false);
  const heard = new Heard();
  await other.log.follow(channel, heard.listen);
  for (const index of upTo(5))
    await one.log.append(channel, [token(`${index}`)], { claim: opened });
  await heard.sequence(5);
  expect(textsOf(await other.log.read(channel))).toEqual(upTo(5).map(String));
  const seen = await other.log.describe(channel);
  expect(seen).toMatchObject({ head: 5, first: 1, fence: 1, state: 'running', producer: 'one' });
  const claim = await other.log.claim(channel, opened, { producer: 'other' });
  await expect(one.log.append(channel, [token('late')], { claim: opened })).rejects.toMatchObject({
    code: 'EXECUTION_TAKEN_OVER',
  });
  await other.log.end(channel, claim);
  expect((await one.log.describe(channel))?.endedAt).toEqual(expect.any(Number));
  await other.log.delete(channel);
  expect(await one.log.describe(channel)).toBeUndefined();
}

async function asks(one: RedisBackend, other: RedisBackend): Promise<void> {
  for (const { leases } of [one, other])
    await leases.start({ onDead: () => undefined, onRevived: () => undefined });
  await one.control.listen(async () => undefined);
  await other.control.listen(async ({ name }) => ({ did: name }));
  const request = { name: 'cancel', request: { executionId: 'run' } } as const;
  expect(await one.control.askOthers(request, 20_000)).toEqual([{ did: 'cancel' }]);
}

async function counts(one: RedisBackend, other: RedisBackend): Promise<void> {
  await one.tickets.save('hash', { id: 'ada', scopes: [], claims: {} }, 60_000);
  expect(await other.tickets.take('hash')).toMatchObject({ id: 'ada' });
  expect(await other.tickets.take('hash')).toBeUndefined();
  expect(await one.limits.occupy('ada', 2)).toBe(2);
  expect(await other.limits.occupy('ada', 3)).toBe(5);
  expect(await one.limits.count('ada', 1, 60_000)).toMatchObject({ count: 1 });
  expect(await other.limits.count('ada', 1, 60_000)).toMatchObject({ count: 2 });
  await one.limits.refuse('eve', 60_000);
  expect(await other.limits.isRefused('eve')).toBe(true);
  expect(await other.limits.isRefused('ada')).toBe(false);
}

async function keepsThreads(one: RedisBackend, other: RedisBackend): Promise<void> {
  const owner = { principalId: 'ada' };
  const record = { threadId: 'thread', agent: 'chat', owner, createdAt: 1, updatedAt: 2 };
  await one.threads.create(record);
  expect(await other.threads.get('thread')).toEqual(record);
  const changed = { ...record, updatedAt: 5 };
  expect(await other.threads.update('thread', { updatedAt: 5 })).toEqual(changed);
  expect(await one.threads.list(owner, 10)).toEqual([changed]);
  const start = { threadId: 'thread', executionId: 'first' };
  expect(await one.threads.claimKey('key', start, 60_000)).toEqual(start);
  const again = { threadId: 'thread', executionId: 'second' };
  expect(await other.threads.claimKey('key', again, 60_000)).toEqual(start);
  await one.threads.delete('thread');
  expect(await other.threads.get('thread')).toBeUndefined();
}

describe('whatever an application set on its client', () => {
  const server = redisForTests();

  it.each(CLIENTS)('the backend works as always: %s', async (_what, make) => {
    const options = { client: await make(server().url), prefix: ownPrefix() };
    const [one, other] = [await openBackend(options), await openBackend(options)];
    onTestEnd(() => Promise.all([one.close(), other.close()]));
    await asks(one, other);
    await logs(one, other);
    await counts(one, other);
    await keepsThreads(one, other);
  });
});
