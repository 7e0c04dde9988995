import assert from 'node:assert/strict';
import { draftUpdate, type LogEntry, type UpdateDraft } from '../log/log-entry.js';
import type { StreamLog } from '../log/stream-log.js';
import { executionChannel, roomChannel } from '../protocol/channel.js';
import { StreamEventType } from '../protocol/stream-event-type.js';

/** The parts of a test runner that the contract uses; Jest's, Vitest's and Node's fit. */
export interface ContractRunner {
  describe(name: string, body: () => void): unknown;
  it(name: string, body: () => Promise<void>): unknown;
}

/** Bounds that the contract makes its logs with. */
export interface ContractLogBounds {
  readonly maxEntries: number;
  readonly maxBytes: number;
}

const WIDE: ContractLogBounds = { maxEntries: 1_000, maxBytes: 1_000_000 };

/**
 * The specification of {@link StreamLog} as a test suite, for every implementation.
 *
 * ```ts
 * streamLogContract({ describe, it }, async (bounds) => new MyLog(bounds));
 * ```
 *
 * @param runner - where to register the tests
 * @param create - makes an empty log with these bounds; the contract closes it
 *
 * @publicApi
 */
export function streamLogContract(
  runner: ContractRunner,
  create: (bounds: ContractLogBounds) => Promise<StreamLog> | StreamLog,
): void {
  const it = (
    name: string,
    body: (log: StreamLog) => Promise<void>,
    bounds: ContractLogBounds = WIDE,
  ): void => {
    runner.it(name, async () => {
      const log = await create(bounds);
      try {
        await body(log);
      } finally {
        await log.close();
      }
    });
  };
  runner.describe('a StreamLog', () => {
    runner.describe('appending', () => appending(it));
    runner.describe('reading', () => reading(it));
    runner.describe('following', () => following(it));
    runner.describe('the life of a channel', () => life(it));
  });
}

type It = (
  name: string,
  body: (log: StreamLog) => Promise<void>,
  bounds?: ContractLogBounds,
) => void;

const channel = executionChannel('run:1 | "ä" 🙂');

const token = (content: string): UpdateDraft =>
  draftUpdate({ type: StreamEventType.TOKEN, data: { content }, nodeId: 'n' });

const sequencesOf = (entries: readonly LogEntry[] | undefined): number[] =>
  (entries ?? []).map((entry) => entry.sequence);

async function appendTokens(log: StreamLog, count: number): Promise<string> {
  const { epoch } = await log.open(channel);
  for (let index = 1; index <= count; index += 1) await log.append(channel, [token(`t${index}`)]);
  return epoch;
}

function appending(it: It): void {
  it('numbers updates 1, 2, 3, … across calls', async (log) => {
    await log.open(channel);
    const first = await log.append(channel, [token('a'), token('b')]);
    const second = await log.append(channel, [token('c')]);
    assert.deepEqual(sequencesOf([...first, ...second]), [1, 2, 3]);
  });

  it('keeps the order of drafts when several writers append at once', async (log) => {
    await log.open(channel);
    await Promise.all(
      [1, 2, 3].map((writer) => log.append(channel, [token(`${writer}a`), token(`${writer}b`)])),
    );
    const read = await log.read(channel);
    const texts = (read?.entries ?? []).map(
      (entry) => (entry.update.data as { content: string }).content,
    );
    assert.deepEqual(sequencesOf(read?.entries), [1, 2, 3, 4, 5, 6]);
    for (const writer of [1, 2, 3])
      assert.equal(texts.indexOf(`${writer}b`), texts.indexOf(`${writer}a`) + 1);
  });

  it('writes where and when an update belongs, whatever its metadata says', async (log) => {
    await log.open(channel);
    const metadata = {
      executionId: 'forged',
      sequenceNumber: 99,
      timestamp: 1,
      roomId: 'forged',
      nodeId: 'forged',
      extra: { kept: true },
    };
    const [entry] = await log.append(channel, [
      draftUpdate({ type: StreamEventType.CUSTOM, data: 1, nodeId: 'n', metadata }),
    ]);
    assert.ok(entry);
    const { timestamp, ...rest } = entry.update.metadata ?? {};
    assert.ok(typeof timestamp === 'number' && timestamp > 1);
    assert.deepEqual(rest, {
      executionId: channel.id,
      sequenceNumber: 1,
      nodeId: 'n',
      extra: { kept: true },
    });
  });

  it('refuses a channel that was never opened', async (log) => {
    await assert.rejects(async () => log.append(channel, [token('a')]), {
      code: 'EXECUTION_NOT_ACTIVE',
    });
  });
}

function reading(it: It): void {
  it('gives everything from the start without a cursor', async (log) => {
    const epoch = await appendTokens(log, 3);
    const read = await log.read(channel);
    assert.deepEqual(
      [read?.epoch, read?.recovered, read?.head, sequencesOf(read?.entries)],
      [epoch, true, 3, [1, 2, 3]],
    );
  });

  it('gives what came after a cursor, at most `limit`', async (log) => {
    const epoch = await appendTokens(log, 5);
    const read = await log.read(channel, { epoch, sequence: 2 }, 2);
    assert.deepEqual([read?.recovered, sequencesOf(read?.entries)], [true, [3, 4]]);
  });

  it('gives nothing to a cursor at the head', async (log) => {
    const epoch = await appendTokens(log, 2);
    const read = await log.read(channel, { epoch, sequence: 2 });
    assert.deepEqual([read?.recovered, sequencesOf(read?.entries)], [true, []]);
  });

  it('says that a cursor of another epoch cannot be served, and gives what it has', async (log) => {
    await appendTokens(log, 2);
    const read = await log.read(channel, { epoch: 'another', sequence: 1 });
    assert.deepEqual([read?.recovered, sequencesOf(read?.entries)], [false, [1, 2]]);
  });

  it('says that a cursor ahead of the log cannot be served', async (log) => {
    const epoch = await appendTokens(log, 2);
    assert.equal((await log.read(channel, { epoch, sequence: 3 }))?.recovered, false);
  });

  it(
    'says when entries after the cursor were trimmed',
    async (log) => {
      const epoch = await appendTokens(log, 5);
      const lost = await log.read(channel, { epoch, sequence: 1 });
      const served = await log.read(channel, { epoch, sequence: 2 });
      assert.deepEqual([lost?.recovered, sequencesOf(lost?.entries)], [false, [3, 4, 5]]);
      assert.deepEqual([served?.recovered, sequencesOf(served?.entries)], [true, [3, 4, 5]]);
      assert.equal((await log.read(channel))?.recovered, false);
    },
    { maxEntries: 3, maxBytes: 1_000_000 },
  );

  it(
    'trims by bytes but always keeps the newest entry',
    async (log) => {
      await appendTokens(log, 5);
      assert.deepEqual(sequencesOf((await log.read(channel))?.entries), [5]);
    },
    { maxEntries: 100, maxBytes: 1 },
  );

  it('knows no channel that was never opened', async (log) => {
    assert.deepEqual(
      [await log.read(channel), await log.describe(channel)],
      [undefined, undefined],
    );
  });
}

function following(it: It): void {
  it('calls a listener with every later entry, in order', async (log) => {
    await appendTokens(log, 2);
    const { heard, sequences } = listener(3);
    await log.follow(channel, heard.listen);
    await log.append(channel, [token('a'), token('b')]);
    await log.append(channel, [token('c')]);
    await heard.all;
    assert.deepEqual(sequences, [3, 4, 5]);
  });

  it('calls a listener no more once it stopped following', async (log) => {
    await log.open(channel);
    const stopped = listener(1);
    const other = listener(1);
    const unfollow = await log.follow(channel, stopped.heard.listen);
    await unfollow?.();
    await log.follow(channel, other.heard.listen);
    await log.append(channel, [token('a')]);
    await other.heard.all;
    assert.deepEqual([stopped.sequences, other.sequences], [[], [1]]);
  });

  it('keeps channels apart, also a room and an execution of one id', async (log) => {
    const room = roomChannel(channel.id);
    await log.open(channel);
    await log.open(room);
    const { heard, sequences } = listener(1);
    await log.follow(room, heard.listen);
    await log.append(channel, [token('a'), token('b')]);
    await log.append(room, [token('c')]);
    await heard.all;
    assert.deepEqual(sequences, [1]);
    assert.deepEqual(sequencesOf((await log.read(room))?.entries), [1]);
  });

  it('cannot follow a channel that is not there', async (log) => {
    assert.equal(await log.follow(channel, () => undefined), undefined);
  });

  it('calls a listener with nothing when the channel is deleted', async (log) => {
    await log.open(channel);
    const deleted = new Promise<number>((resolve) => {
      void log
        .follow(channel, (entries) => resolve(entries.length))
        .then(async () => log.delete(channel));
    });
    assert.equal(await deleted, 0);
  });
}

function life(it: It): void {
  it('opens a channel once', async (log) => {
    const first = await log.open(channel, { owner: { principalId: 'ada' }, state: 'running' });
    const second = await log.open(channel, { owner: { principalId: 'bob' } });
    assert.deepEqual([first.created, second.created], [true, false]);
    assert.deepEqual([second.epoch, second.owner], [first.epoch, { principalId: 'ada' }]);
  });

  it('replaces attributes in the same step as an append', async (log) => {
    await log.open(channel, { owner: { principalId: 'ada' }, state: 'running' });
    await log.append(channel, [token('a')], { state: 'completed' });
    const info = await log.describe(channel);
    assert.deepEqual(
      [info?.state, info?.owner, info?.head, info?.first],
      ['completed', { principalId: 'ada' }, 1, 1],
    );
  });

  it('can still be read after its end, but takes nothing more', async (log) => {
    const epoch = await appendTokens(log, 1);
    await log.end(channel);
    await assert.rejects(async () => log.append(channel, [token('late')]), {
      code: 'EXECUTION_NOT_ACTIVE',
    });
    assert.deepEqual(sequencesOf((await log.read(channel, { epoch, sequence: 0 }))?.entries), [1]);
    assert.ok((await log.describe(channel))?.endedAt);
  });

  it('begins a new epoch after it was deleted', async (log) => {
    const epoch = await appendTokens(log, 1);
    await log.delete(channel);
    assert.equal(await log.describe(channel), undefined);
    const reopened = await log.open(channel);
    assert.notEqual(reopened.epoch, epoch);
    assert.equal(reopened.head, 0);
  });
}

/** A listener that notes sequences and tells when it has heard so many. */
function listener(count: number): {
  heard: { listen: (entries: readonly LogEntry[]) => void; all: Promise<void> };
  sequences: number[];
} {
  const sequences: number[] = [];
  let resolve: () => void = () => undefined;
  const all = new Promise<void>((done) => (resolve = done));
  const listen = (entries: readonly LogEntry[]): void => {
    sequences.push(...sequencesOf(entries));
    if (sequences.length >= count) resolve();
  };
  return { heard: { listen, all }, sequences };
}
