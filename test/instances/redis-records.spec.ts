import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { RedisBackend } from '../../src/cluster/redis/redis-backend.js';
import { RedisKeys } from '../../src/cluster/redis/redis-keys.js';
import { draftUpdate } from '../../src/log/log-entry.js';
import { executionChannel } from '../../src/protocol/channel.js';
import { StreamEventType } from '../../src/protocol/stream-event-type.js';
import type { StreamUpdate } from '../../src/protocol/stream-update.js';
import { Heard, until } from '../../src/testing/log-contract/support.js';
import { clientOf, openBackend, ownPrefix } from '../support/redis-backends.js';
import { redisForTests } from '../support/redis-for-tests.js';
import { onTestEnd } from '../support/streaming-app.js';

/** Records that format 1 wrote. */
const GOLDEN = (
  JSON.parse(readFileSync('test/instances/fixtures/records-1.json', 'utf8')) as readonly {
    readonly record: string;
    readonly kind: 'execution' | 'room';
    readonly update: StreamUpdate;
  }[]
).filter(({ kind }) => kind === 'execution');

const channel = executionChannel('run 🙂');
const token = draftUpdate({ type: StreamEventType.TOKEN, data: { content: 'new' } });

/** A channel as an instance of another version left it: what format 1 stores, with these records. */
const STORED = { e: 'old-epoch', b: '0', o: '1700000000000', f: '1', s: '"running"', n: '"gone"' };

describe('what another version stored in Redis', () => {
  const server = redisForTests();

  async function stored(records: readonly string[]): Promise<RedisBackend> {
    const prefix = ownPrefix();
    const { meta, list } = new RedisKeys(prefix, 1).of(channel);
    const head = { h: String(records.length) };
    await server().command('HSET', meta, ...Object.entries({ ...STORED, ...head }).flat());
    await server().command('RPUSH', list, ...records);
    const backend = await openBackend({ client: clientOf(server().url), prefix });
    onTestEnd(() => backend.close());
    return backend;
  }

  it('is read, followed, claimed and continued, if it has format 1', async () => {
    const { log } = await stored(GOLDEN.map(({ record }) => record));
    const read = await log.read(channel);
    expect(read).toMatchObject({ epoch: 'old-epoch', head: GOLDEN.length, recovered: true });
    const expected = GOLDEN.map(({ update }, index) => ({
      ...update,
      metadata: { ...update.metadata, sequenceNumber: index + 1 },
    }));
    expect(read?.entries.map(({ update }) => update)).toEqual(expected);
    const heard = new Heard();
    expect(await log.follow(channel, heard.listen)).toMatchObject({
      state: 'running',
      producer: 'gone',
    });
    const seen = { epoch: 'old-epoch', fence: 1 };
    const claim = await log.claim(channel, seen, { producer: 'me' });
    if (!claim) throw new Error('It can be claimed.');
    expect(await log.append(channel, [token], { claim })).toEqual({
      epoch: 'old-epoch',
      head: GOLDEN.length + 1,
    });
    await until(() => heard.entries.length === 1);
    expect(heard.entries[0]?.update.data).toEqual({ content: 'new' });
  });

  it('is refused, if a later version wrote a part of it, and nothing else suffers', async () => {
    const { log } = await stored(['2token\u001fof a later format']);
    const heard = new Heard();
    await log.follow(channel, heard.listen);
    await expect(log.read(channel)).rejects.toThrow(/later version/);
    await log.append(channel, [token]);
    await until(() => heard.entries.length === 1);
    const other = executionChannel('other');
    await log.open(other);
    await log.append(other, [token]);
    expect((await log.read(other))?.entries).toHaveLength(1);
  });
});
