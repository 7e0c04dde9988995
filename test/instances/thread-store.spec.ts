import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MemoryThreadStore } from '../../src/cluster/memory/memory-thread-store.js';
import type { ThreadRecord, ThreadStore } from '../../src/cluster/thread-store.js';
import { clientOf, openBackend, ownPrefix } from '../support/redis-backends.js';
import { RedisServer } from '../support/redis-server.js';
import { onTestEnd } from '../support/streaming-app.js';

const owner = { principalId: 'ada', tenant: 'a' };

const thread = (threadId: string, updatedAt: number): ThreadRecord => ({
  threadId,
  owner,
  agent: 'support',
  metadata: { tags: [], nested: {}, text: '🙂' },
  createdAt: 1,
  updatedAt,
});

const idsOf = (records: readonly ThreadRecord[]): string[] =>
  records.map(({ threadId }) => threadId);

/** What every store of threads does. */
function behaviour(open: () => Promise<ThreadStore>): void {
  it('keeps a thread as it was created first', async () => {
    const store = await open();
    await store.create(thread('one', 10));
    await store.create({ ...thread('one', 20), agent: 'another' });
    expect(await store.get('one')).toEqual(thread('one', 10));
    expect(await store.get('two')).toBeUndefined();
  });

  it('changes what is given, and nothing of a thread that is not there', async () => {
    const store = await open();
    await store.create(thread('one', 10));
    const changed = { ...thread('one', 30), title: 'Refund' };
    expect(await store.update('one', { title: 'Refund', updatedAt: 30 })).toEqual(changed);
    expect(await store.get('one')).toEqual(changed);
    expect(await store.update('two', { title: 'x' })).toBeUndefined();
    expect(await store.get('two')).toBeUndefined();
  });

  it('lists the threads of an owner page by page, the one that changed last first', async () => {
    const store = await open();
    for (const [index, id] of ['e', 'd', 'c', 'b', 'a'].entries())
      await store.create(thread(id, index < 3 ? 5 : 10));
    await store.create({ ...thread('foreign', 7), owner: { principalId: 'ada' } });
    await store.update('e', { updatedAt: 20 });
    const first = await store.list(owner, 2);
    const second = await store.list(owner, 2, first.at(-1));
    const third = await store.list(owner, 2, second.at(-1));
    expect([first, second, third].map(idsOf)).toEqual([['e', 'a'], ['b', 'c'], ['d']]);
    await store.delete('a');
    await store.delete('a');
    expect(idsOf(await store.list(owner, 10))).toEqual(['e', 'b', 'c', 'd']);
  });

  it('remembers for one of those who start with a key at once', async () => {
    const store = await open();
    const starts = [1, 2, 3].map((place) => ({ executionId: `${place}`, threadId: 't' }));
    const claimed = await Promise.all(starts.map((start) => store.claimKey('key', start, 60_000)));
    expect(new Set(claimed.map(({ executionId }) => executionId)).size).toBe(1);
  });
}

describe('threads in memory', () => {
  behaviour(async () => new MemoryThreadStore());
});

describe('threads in Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());

  behaviour(async () => {
    const backend = await openBackend({ client: clientOf(server.url), prefix: ownPrefix() });
    onTestEnd(() => backend.close());
    return backend.threads;
  });
});
