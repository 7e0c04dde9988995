import assert from 'node:assert/strict';
import { draftUpdate } from '../../log/log-entry.js';
import { roomChannel } from '../../protocol/channel.js';
import { StreamEventType } from '../../protocol/stream-event-type.js';
import { channel, sequencesOf, textsOf, token, upTo, type It } from './support.js';

export function appending(it: It): void {
  it('numbers updates 1, 2, 3, … across calls, and tells where the channel stands', async (log) => {
    const { epoch } = await log.open(channel);
    assert.deepEqual(await log.append(channel, [token('a'), token('b')]), { epoch, head: 2 });
    assert.deepEqual(await log.append(channel, [token('c')]), { epoch, head: 3 });
    assert.deepEqual(sequencesOf((await log.read(channel))?.entries), [1, 2, 3]);
  });

  it('keeps the order of drafts when several writers append at once', async (log) => {
    await log.open(channel);
    await Promise.all(
      [1, 2, 3].map((writer) => log.append(channel, [token(`${writer}a`), token(`${writer}b`)])),
    );
    const read = await log.read(channel);
    const texts = textsOf(read);
    assert.deepEqual(sequencesOf(read?.entries), [1, 2, 3, 4, 5, 6]);
    for (const writer of [1, 2, 3])
      assert.equal(texts.indexOf(`${writer}b`), texts.indexOf(`${writer}a`) + 1);
  });

  it('keeps the order of calls that one writer does not wait for', async (log) => {
    await log.open(channel);
    await Promise.all(upTo(50).map((index) => log.append(channel, [token(`${index}`)])));
    assert.deepEqual(textsOf(await log.read(channel)), upTo(50).map(String));
  });

  it('answers calls in the order in which they were made', async (log) => {
    await log.open(channel);
    const heads: number[] = [];
    const append = async (index: number): Promise<void> => {
      heads.push((await log.append(channel, [token(`${index}`)])).head);
    };
    await Promise.all(upTo(20).map(append));
    assert.deepEqual(heads, upTo(20));
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
    await log.append(channel, [
      draftUpdate({ type: StreamEventType.CUSTOM, data: 1, nodeId: 'n', metadata }),
    ]);
    const entry = (await log.read(channel))?.entries[0];
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

  it('keeps whatever data, nodes and targets consist of', async (log) => {
    const odd = '"\\ \u0000\u001e\u001f\u2028 ä 🙂 \ud83d \r\n{}[],:';
    await log.open(channel);
    const targets = [odd, 'ada'];
    const metadata = { [odd]: odd };
    await log.append(channel, [
      draftUpdate({ type: StreamEventType.CUSTOM, data: odd, nodeId: odd, targets, metadata }),
    ]);
    const entry = (await log.read(channel))?.entries[0];
    assert.deepEqual(
      [entry?.update.data, entry?.nodeId, entry?.targets, entry?.update.metadata?.[odd]],
      [odd, odd, targets, odd],
    );
  });

  it('says in a room which execution an update comes from', async (log) => {
    const room = roomChannel(channel.id);
    await log.append(room, [{ ...token('a'), executionId: channel.id }, token('b')], {
      create: true,
    });
    const entries = (await log.read(room))?.entries ?? [];
    assert.deepEqual(
      entries.map(({ update }) => [update.metadata?.executionId, update.metadata?.['roomId']]),
      [
        [channel.id, channel.id],
        [undefined, channel.id],
      ],
    );
  });

  it('names the channel and the epoch of each entry', async (log) => {
    const { epoch } = await log.open(channel);
    await log.append(channel, [token('a')]);
    const life = (await log.read(channel))?.entries[0]?.life;
    assert.deepEqual([life?.channel, life?.epoch], [channel, epoch]);
  });

  it('refuses a channel that was never opened', async (log) => {
    await assert.rejects(async () => log.append(channel, [token('a')]), {
      code: 'EXECUTION_NOT_ACTIVE',
    });
  });

  it('creates a channel if it is asked to', async (log) => {
    const room = roomChannel(channel.id);
    const first = await log.append(room, [token('a')], { create: true });
    const second = await log.append(room, [token('b')], { create: true });
    assert.deepEqual([first.head, second], [1, { epoch: first.epoch, head: 2 }]);
    assert.equal((await log.describe(room))?.epoch, first.epoch);
  });

  it('answers all calls or none when it is closed meanwhile', async (log) => {
    await log.open(channel);
    const calls = upTo(20).map(async (index) => log.append(channel, [token(`${index}`)]));
    await Promise.all([Promise.allSettled(calls), log.close()]);
  });
}
