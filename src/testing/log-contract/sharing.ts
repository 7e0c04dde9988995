import assert from 'node:assert/strict';
import type { AppendPosition, StreamLog } from '../../log/stream-log.js';
import { roomChannel, threadChannel } from '../../protocol/channel.js';
import type { StreamLogContractOptions } from './contract-options.js';
import { channel, Heard, sequencesOf, textsOf, token, upTo, type It } from './support.js';

/** Two instances of an application, each with a log over the same store. */
export function sharing(it: It, another: NonNullable<StreamLogContractOptions['another']>): void {
  const both = (
    name: string,
    body: (log: StreamLog, other: StreamLog) => Promise<void>,
    bounds: Parameters<It>[2] = {},
  ): void =>
    it(
      name,
      async (log) => {
        const other = await another(log);
        try {
          await body(log, other);
        } finally {
          await other.close();
        }
      },
      bounds,
    );

  both('tell each other of what is appended, ended and deleted', async (log, other) => {
    await log.open(channel, { state: 'running' });
    const heard = new Heard();
    await other.follow(channel, heard.listen);
    for (const index of upTo(20)) await log.append(channel, [token(`${index}`)]);
    await heard.sequence(20);
    assert.deepEqual(heard.sequences, upTo(20));
    await log.end(channel);
    await heard.notice('ended');
    await log.delete(channel);
    await heard.notice('gone');
  });

  both('tell both the same order of what they append at once', async (log, other) => {
    const room = roomChannel(channel.id);
    const [here, there] = [new Heard(), new Heard()];
    await log.follow(room, here.listen, { create: true });
    await other.follow(room, there.listen, { create: true });
    const writing = async (writer: StreamLog, name: string): Promise<void> => {
      for (const index of upTo(50)) await writer.append(room, [token(`${name}${index}`)]);
    };
    await Promise.all([writing(log, 'a'), writing(other, 'b')]);
    await Promise.all([here.sequence(100), there.sequence(100)]);
    assert.deepEqual([here.sequences, there.sequences], [upTo(100), upTo(100)]);
    const texts = textsOf(await log.read(room));
    assert.deepEqual(textsOf(await other.read(room)), texts);
    for (const name of ['a', 'b'])
      assert.deepEqual(
        texts.filter((text) => text.startsWith(name)),
        upTo(50).map((index) => `${name}${index}`),
      );
  });

  both('create a channel for one of the two', async (log, other) => {
    const opened = await Promise.all([log.open(channel), other.open(channel)]);
    assert.equal(opened.filter(({ created }) => created).length, 1);
    assert.equal(opened[0].epoch, opened[1].epoch);
  });

  both('refuse the one whose execution the other took over', async (log, other) => {
    const seen = await log.open(channel, { producer: 'a' });
    const claim = await other.claim(channel, seen, { producer: 'b' });
    assert.ok(claim);
    await assert.rejects(async () => log.append(channel, [token('a')], { claim: seen }), {
      code: 'EXECUTION_TAKEN_OVER',
    });
    await other.append(channel, [token('b')], { claim });
    assert.deepEqual(textsOf(await log.read(channel)), ['b']);
  });

  both('continue a thread that the other deleted and opened again', async (log, other) => {
    const thread = threadChannel(channel.id);
    const append = async (text: string): Promise<AppendPosition> => {
      const seen = await log.describe(thread);
      const claim = seen && (await log.claim(thread, seen, { producer: 'a' }));
      return log.append(thread, [token(text)], { claim });
    };
    await log.open(thread);
    await append('a');
    await other.delete(thread);
    const { epoch } = await other.open(thread);
    assert.deepEqual(await append('b'), { epoch, head: 1 });
    assert.deepEqual(await append('c'), { epoch, head: 2 });
  });

  both(
    'trim for each other',
    async (log, other) => {
      await log.open(channel);
      for (const index of upTo(5)) await log.append(channel, [token(`${index}`)]);
      const read = await other.read(channel);
      assert.deepEqual([read?.recovered, sequencesOf(read?.entries)], [false, [3, 4, 5]]);
    },
    { maxEntries: 3 },
  );
}
