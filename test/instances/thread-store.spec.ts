import { describe, expect, it } from '@jest/globals';
import { MemoryThreadStore } from '../../src/cluster/memory/memory-thread-store.js';
import type { ThreadRecord, ThreadStore } from '../../src/entries/log.js';
import { clientOf, openBackend, ownPrefix } from '../support/redis-backends.js';
import { redisForTests } from '../support/redis-for-tests.js';
import { onTestEnd } from '../support/streaming-app.js';

const server = redisForTests();

const inRedis = async (): Promise<ThreadStore> => {
  const backend = await openBackend({ client: clientOf(server().url), prefix: ownPrefix() });
  onTestEnd(() => backend.close());
  return backend.threads;
};
const BOUNDS = { maxThreads: 100, maxThreadsPerPrincipal: 100 };
const ada = { principalId: 'ada', tenant: 'x' };
const recordOf = (threadId: string, updatedAt = 1): ThreadRecord => ({
  threadId,
  owner: ada,
  agent: 'chat',
  createdAt: 1,
  updatedAt,
});

describe.each([
  ['memory', async () => new MemoryThreadStore(BOUNDS)],
  ['Redis', inRedis],
] as const)('threads in %s', (_name, open) => {
  it('stay as they were created, and change field by field', async () => {
    const store = await open();
    await store.create(recordOf('a: {}'));
    await store.create({ ...recordOf('a: {}'), agent: 'other' });
    expect(await store.get('a: {}')).toEqual(recordOf('a: {}'));
    const changes = { title: 'Ünï', metadata: { n: [1] } };
    expect(await store.update('a: {}', changes)).toEqual({ ...recordOf('a: {}'), ...changes });
    expect(await store.update('a: {}', { updatedAt: 5 })).toEqual({
      ...recordOf('a: {}', 5),
      ...changes,
    });
    expect(await store.update('missing', changes)).toBeUndefined();
    expect(await store.get('missing')).toBeUndefined();
  });

  it('are listed to their owner, page by page, also when many changed at one time', async () => {
    const store = await open();
    for (const id of ['a', 'b', 'c', 'd', 'e']) await store.create(recordOf(id, 7));
    await store.create(recordOf('old', 3));
    await store.update('b', { updatedAt: 9 });
    const listed: string[] = [];
    let after: ThreadRecord | undefined;
    for (;;) {
      const page = await store.list(ada, 2, after);
      if (page.length === 0) break;
      listed.push(...page.map(({ threadId }) => threadId));
      after = page.at(-1);
    }
    expect(listed).toEqual(['b', 'e', 'd', 'c', 'a', 'old']);
    expect(await store.list({ principalId: 'ada' }, 10)).toEqual([]);
    await store.delete('e');
    expect((await store.list(ada, 10)).map(({ threadId }) => threadId)).not.toContain('e');
  });

  it('remember what was started with a key, whoever comes first', async () => {
    const store = await open();
    const starts = [1, 2, 3].map((n) => ({ executionId: `run-${n}`, threadId: `thread-${n}` }));
    const claimed = await Promise.all(starts.map((one) => store.claimKey('key', one, 60_000)));
    expect(claimed).toEqual([starts[0], starts[0], starts[0]]);
    const other = { executionId: 'run-4', threadId: 'thread-4' };
    expect(await store.claimKey('other key', other, 60_000)).toEqual(other);
  });
});
