import assert from 'node:assert/strict';
import { draftUpdate, type LogEntry, type UpdateDraft } from '../../log/log-entry.js';
import { StreamEventType } from '../../protocol/stream-event-type.js';
import { appendTokens, channel, sequencesOf, textsOf, token, upTo, type It } from './support.js';

/** The first and the last sequence number of each entry, and its text. */
const rangesOf = (entries: readonly LogEntry[] | undefined): unknown[] =>
  (entries ?? []).map(({ fromSequence, sequence, update }) => [
    fromSequence,
    sequence,
    (update.data as { content?: string }).content,
  ]);

const custom = draftUpdate({ type: StreamEventType.CUSTOM, data: 'c', nodeId: 'n' });
const retry = draftUpdate({ type: StreamEventType.NODE_RETRY, data: { attempt: 2 }, nodeId: 'n' });

/** Tests of a log that keeps the text of removed entries. */
export function keeping(it: It): void {
  it(
    'keeps the joined text of removed entries, and nothing else of them',
    async (log) => {
      const { epoch } = await log.open(channel);
      await log.append(channel, [token('a'), custom, token('b'), custom]);
      for (const text of ['c', 'd', 'e']) await log.append(channel, [token(text)]);
      for (const cursor of [undefined, { epoch, sequence: 1 }, { epoch: 'another', sequence: 7 }]) {
        const read = await log.read(channel, cursor);
        assert.deepEqual(
          [read?.recovered, rangesOf(read?.kept), sequencesOf(read?.entries)],
          [false, [[1, 5, 'abc']], [6, 7]],
        );
      }
      assert.equal((await log.describe(channel))?.firstKept, 1);
    },
    { maxEntries: 2 },
  );

  it(
    'keeps the text of entries that were appended in one step',
    async (log) => {
      await log.open(channel);
      await log.append(
        channel,
        upTo(1_500).map((index) => token(`${index} `)),
      );
      const read = await log.read(channel);
      const texts = [...(read?.kept ?? []), ...(read?.entries ?? [])].map(
        ({ update }) => (update.data as { content: string }).content,
      );
      assert.equal(
        texts.join(''),
        upTo(1_500)
          .map((index) => `${index} `)
          .join(''),
      );
    },
    { maxEntries: 2 },
  );

  it(
    'keeps what makes text void',
    async (log) => {
      await log.open(channel);
      await log.append(channel, [retry, token('a'), retry, token('b'), custom, custom]);
      const read = await log.read(channel);
      assert.deepEqual(rangesOf(read?.kept), [
        [2, 2, 'a'],
        [3, 3, undefined],
        [4, 4, 'b'],
      ]);
    },
    { maxEntries: 2 },
  );

  it(
    'keeps the parts of messages, but no whole ones',
    async (log) => {
      await log.open(channel);
      const message = (content: object): UpdateDraft =>
        draftUpdate({ type: StreamEventType.MESSAGES, data: { id: 'm', ...content } });
      const whole = message({ content: 'whole, with "partial":true in it' });
      await log.append(channel, [token('a'), message({ partial: true, content: 'b' }), whole]);
      await log.append(channel, [custom, custom]);
      const read = await log.read(channel);
      assert.deepEqual(rangesOf(read?.kept), [
        [1, 1, 'a'],
        [2, 2, 'b'],
      ]);
    },
    { maxEntries: 2 },
  );

  it(
    'returns no kept text to a cursor that it can serve',
    async (log) => {
      const epoch = await appendTokens(log, 5);
      const read = await log.read(channel, { epoch, sequence: 3 });
      assert.deepEqual(
        [read?.recovered, read?.kept ?? [], textsOf(read)],
        [true, [], ['t4', 't5']],
      );
    },
    { maxEntries: 2 },
  );

  it(
    'keeps the newest text, in a quarter of `maxBytes`',
    async (log) => {
      await log.open(channel);
      const text = 'x'.repeat(1_000);
      for (let count = 0; count < 400; count += 1) {
        await log.append(channel, [token(text), custom]);
      }
      const read = await log.read(channel);
      const kept = read?.kept ?? [];
      const bytes = kept.reduce((sum, entry) => sum + entry.bytes, 0);
      assert.ok(bytes > 100_000 && bytes <= 200_000, `${bytes} bytes are kept`);
      assert.equal(kept.at(-1)?.sequence, 797);
      assert.equal((await log.describe(channel))?.firstKept, kept[0]?.fromSequence);
    },
    { maxEntries: 2, maxBytes: 800_000 },
  );

  it(
    'keeps no text of a channel that was replaced or deleted',
    async (log) => {
      await appendTokens(log, 5);
      const opened = await log.open(channel, {}, { replace: true });
      assert.deepEqual([opened.created, opened.firstKept], [true, undefined]);
      const lost = { epoch: 'another', sequence: 1 };
      assert.deepEqual((await log.read(channel, lost))?.kept ?? [], []);
      await appendTokens(log, 5);
      await log.delete(channel);
      await log.open(channel);
      assert.deepEqual((await log.read(channel, lost))?.kept ?? [], []);
    },
    { maxEntries: 2 },
  );
}
