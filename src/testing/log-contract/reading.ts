import assert from 'node:assert/strict';
import { draftUpdate, LogEntry } from '../../log/log-entry.js';
import { StreamEventType } from '../../protocol/stream-event-type.js';
import { appendTokens, channel, sequencesOf, token, upTo, type It } from './support.js';

export function reading(it: It): void {
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
    assert.deepEqual([read?.recovered, read?.head, sequencesOf(read?.entries)], [true, 5, [3, 4]]);
  });

  it('gives all of a long channel page by page', async (log) => {
    const { epoch } = await log.open(channel);
    const drafts = upTo(1_000).map((index) => token(`${index}`));
    for (let batch = 0; batch < 10; batch += 1) await log.append(channel, drafts);
    const sequences: number[] = [];
    for (;;) {
      const page = await log.read(channel, { epoch, sequence: sequences.at(-1) ?? 0 }, 512);
      assert.equal(page?.recovered, true);
      if (page.entries.length === 0) break;
      assert.ok(page.entries.length <= 512);
      sequences.push(...sequencesOf(page.entries));
    }
    assert.deepEqual(sequences, upTo(10_000));
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
      const info = await log.describe(channel);
      assert.deepEqual([info?.first, info?.head], [3, 5]);
    },
    { maxEntries: 3 },
  );

  it(
    'trims by bytes but always keeps the newest entry',
    async (log) => {
      await appendTokens(log, 5);
      assert.deepEqual(sequencesOf((await log.read(channel))?.entries), [5]);
    },
    { maxBytes: 1 },
  );

  for (const kind of ['execution', 'room', 'thread'] as const)
    it(
      `keeps as many entries as \`maxBytes\` has room for, counted as JSON: of a ${kind}`,
      async (log) => {
        const target = { kind, id: channel.id };
        if (kind !== 'room') await log.open(target);
        const drafts = upTo(60).map((index) => ({
          ...draftUpdate({
            type: index % 2 === 0 ? StreamEventType.CUSTOM : StreamEventType.TOKEN,
            data: { content: 'ä🙂'.repeat(index % 7) },
            nodeId: index % 3 === 0 ? 'ä "node"' : undefined,
            metadata: index % 4 === 0 ? { note: '"ü"' } : undefined,
            targets: index % 5 === 0 ? ['ada', 'ä'] : undefined,
          }),
          executionId: index % 3 === 1 ? 'run "1" ä' : undefined,
        }));
        const create = kind === 'room';
        await log.append(target, drafts.slice(0, 20), { create });
        for (const draft of drafts.slice(20)) await log.append(target, [draft], { create });
        const entries = (await log.read(target))?.entries ?? [];
        const [oldest] = entries;
        assert.ok(oldest && oldest.sequence > 1, 'entries were removed');
        const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
        const removed = drafts[oldest.sequence - 2];
        assert.ok(removed);
        const next = LogEntry.create(removed, oldest.sequence - 1, Date.now(), oldest.life).bytes;
        assert.ok(bytes <= 4_000 && bytes + next > 4_000, `${bytes} + ${next} bytes`);
      },
      { maxBytes: 4_000 },
    );

  it('knows no channel that was never opened', async (log) => {
    assert.deepEqual(
      [await log.read(channel), await log.describe(channel)],
      [undefined, undefined],
    );
  });
}
