import assert from 'node:assert/strict';
import { roomChannel } from '../../protocol/channel.js';
import {
  appendTokens,
  channel,
  Heard,
  sequencesOf,
  token,
  turn,
  until,
  upTo,
  type It,
} from './support.js';

export function following(it: It): void {
  it('tells every later entry, in order', async (log) => {
    const epoch = await appendTokens(log, 2);
    const heard = new Heard();
    const followed = await log.follow(channel, heard.listen);
    assert.deepEqual([followed?.epoch, followed?.head, followed?.first], [epoch, 2, 1]);
    await log.append(channel, [token('a'), token('b')]);
    await log.append(channel, [token('c')]);
    await heard.sequence(5);
    assert.deepEqual(laterThan(2, heard), [3, 4, 5]);
    assert.deepEqual(new Set(heard.entries.map(({ life }) => life.epoch)), new Set([epoch]));
  });

  it('leaves no gap after what it describes, while much is appended', async (log) => {
    await log.open(channel);
    const storm = (async (): Promise<void> => {
      for (const index of upTo(300)) {
        await log.append(channel, [token(`${index}`)]);
        await turn();
      }
    })();
    const followers = await Promise.all(
      upTo(10).map(async (place) => {
        await until(async () => ((await log.describe(channel))?.head ?? 0) >= place * 20);
        const heard = new Heard();
        const followed = await log.follow(channel, heard.listen);
        return { heard, head: followed?.head ?? 0 };
      }),
    );
    await storm;
    for (const { heard, head } of followers) {
      if (head < 300) await heard.sequence(300);
      assert.deepEqual(
        laterThan(head, heard),
        upTo(300).filter((sequence) => sequence > head),
      );
    }
  });

  it('tells nothing more once a follower stopped', async (log) => {
    await log.open(channel);
    const [stopped, other] = [new Heard(), new Heard()];
    const followed = await log.follow(channel, stopped.listen);
    await followed?.unfollow();
    await log.follow(channel, other.listen);
    await log.append(channel, [token('a')]);
    await other.sequence(1);
    assert.deepEqual([stopped.sequences, other.sequences], [[], [1]]);
  });

  it('goes on for others while followers come and go', async (log) => {
    await log.open(channel);
    const heard = new Heard();
    await log.follow(channel, heard.listen);
    for (const index of upTo(50)) {
      const [passing] = await Promise.all([
        log.follow(channel, () => undefined),
        log.append(channel, [token(`${index}`)]),
      ]);
      await passing?.unfollow();
    }
    await heard.sequence(50);
    assert.deepEqual(heard.sequences, upTo(50));
  });

  it('tells each of several followers, also one that follows twice', async (log) => {
    await log.open(channel);
    const heard = new Heard();
    const once = await log.follow(channel, heard.listen);
    await log.follow(channel, heard.listen);
    await log.append(channel, [token('a')]);
    await until(() => heard.sequences.length === 2);
    await once?.unfollow();
    await log.append(channel, [token('b')]);
    await heard.sequence(2);
    assert.deepEqual(heard.sequences, [1, 1, 2]);
  });

  it('keeps channels apart, also a room and an execution of one id', async (log) => {
    const room = roomChannel(channel.id);
    await log.open(channel);
    await log.open(room);
    const heard = new Heard();
    await log.follow(room, heard.listen);
    await log.append(channel, [token('a'), token('b')]);
    await log.append(room, [token('c')]);
    await heard.sequence(1);
    assert.deepEqual(heard.sequences, [1]);
    assert.deepEqual(sequencesOf((await log.read(room))?.entries), [1]);
  });

  it('cannot follow a channel that is not there, unless it is to create it', async (log) => {
    assert.equal(await log.follow(channel, () => undefined), undefined);
    const room = roomChannel(channel.id);
    const heard = new Heard();
    const followed = await log.follow(room, heard.listen, { create: true });
    assert.equal(followed?.head, 0);
    assert.deepEqual(await log.append(room, [token('a')]), { epoch: followed.epoch, head: 1 });
    await heard.sequence(1);
  });

  it('tells of the end after the last entry', async (log) => {
    const epoch = await appendTokens(log, 1);
    const heard = new Heard();
    await log.follow(channel, heard.listen);
    await log.append(channel, [token('last')]);
    await log.end(channel);
    await heard.notice('ended');
    assert.deepEqual(laterThan(1, heard), [2]);
    assert.deepEqual(heard.events.at(-1), { type: 'ended', epoch });
  });

  it('says of a channel that has ended when it did', async (log) => {
    await appendTokens(log, 1);
    await log.end(channel);
    assert.ok((await log.follow(channel, () => undefined))?.endedAt);
  });

  it('tells that the channel is gone when it is deleted, and nothing of one that comes after', async (log) => {
    await log.open(channel);
    const [heard, next] = [new Heard(), new Heard()];
    await log.follow(channel, heard.listen);
    await log.delete(channel);
    await heard.notice('gone');
    await log.open(channel);
    await log.follow(channel, next.listen);
    await log.append(channel, [token('a')]);
    await next.sequence(1);
    assert.deepEqual([heard.sequences, heard.notices], [[], ['gone']]);
  });

  it('tells where a channel that is replaced begins anew, and goes on', async (log) => {
    await appendTokens(log, 3);
    const heard = new Heard();
    await log.follow(channel, heard.listen);
    const { epoch } = await log.open(channel, {}, { replace: true });
    await log.append(channel, [token('new')]);
    await until(() => heard.entries.some(({ life }) => life.epoch === epoch));
    const reset = heard.events.findIndex(({ type }) => type === 'reset');
    assert.deepEqual(heard.events[reset], { type: 'reset', epoch, head: 0 });
    const after = heard.events.slice(reset + 1);
    assert.deepEqual(
      after.map((event) => (event.type === 'entries' ? sequencesOf(event.entries) : event.type)),
      [[1]],
    );
  });
}

/** A follower may get entries from before it began to follow. */
function laterThan(head: number, heard: Heard): number[] {
  return heard.sequences.filter((sequence) => sequence > head);
}
