import assert from 'node:assert/strict';
import { executionChannel, roomChannel } from '../../protocol/channel.js';
import { appendTokens, channel, sequencesOf, token, until, upTo, type It } from './support.js';

export function life(it: It): void {
  it('opens a channel once', async (log) => {
    const first = await log.open(channel, { owner: { principalId: 'ada' }, state: 'running' });
    const second = await log.open(channel, { owner: { principalId: 'bob' } });
    assert.deepEqual([first.created, second.created], [true, false]);
    assert.deepEqual(
      [second.epoch, second.fence, second.owner],
      [first.epoch, first.fence, { principalId: 'ada' }],
    );
  });

  it('creates a channel for one of those that open it at once', async (log) => {
    const opened = await Promise.all(upTo(10).map(() => log.open(channel)));
    assert.equal(opened.filter(({ created }) => created).length, 1);
    assert.equal(new Set(opened.map(({ epoch }) => epoch)).size, 1);
  });

  it('recognizes an opening that is repeated with its epoch', async (log) => {
    const first = await log.open(channel, { state: 'running' }, { epoch: 'mine' });
    await log.append(channel, [token('a')]);
    const again = await log.open(channel, { state: 'running' }, { epoch: 'mine' });
    const other = await log.open(channel, { state: 'running' }, { epoch: 'theirs' });
    assert.deepEqual([first.created, again.created, other.created], [true, true, false]);
    assert.deepEqual(
      [first, again, other].map(({ epoch }) => epoch),
      ['mine', 'mine', 'mine'],
    );
    assert.deepEqual([again.head, again.fence], [1, first.fence]);
  });

  it('keeps every attribute, and replaces them in the same step as an append', async (log) => {
    const attributes = {
      owner: { principalId: 'ada', tenant: 'a' },
      state: 'interrupted',
      interrupts: [{ id: 'q', value: { ask: '🙂' } }],
      producer: 'instance-1',
      source: { name: 'agent', input: { text: '"' } },
      waitsUntil: 1_700_000_000_000,
    } as const;
    await log.open(channel, attributes);
    const opened = await log.describe(channel);
    assert.deepEqual({ ...opened, ...attributes }, opened);
    await log.append(channel, [token('a')], {
      attributes: { state: 'completed', interrupts: [] },
    });
    const info = await log.describe(channel);
    assert.deepEqual(
      [info?.state, info?.interrupts ?? [], info?.owner, info?.head, info?.first],
      ['completed', [], attributes.owner, 1, 1],
    );
  });

  it('can still be read after its end, but takes nothing more', async (log) => {
    const epoch = await appendTokens(log, 1);
    await log.end(channel);
    await log.end(channel);
    await assert.rejects(async () => log.append(channel, [token('late')]), {
      code: 'EXECUTION_NOT_ACTIVE',
    });
    assert.deepEqual(sequencesOf((await log.read(channel, { epoch, sequence: 0 }))?.entries), [1]);
    assert.ok((await log.describe(channel))?.endedAt);
  });

  it('takes all or nothing of what is appended while it ends', async (log) => {
    await log.open(channel);
    const [appended] = await Promise.allSettled([
      log.append(channel, [token('a'), token('b')]),
      log.end(channel),
    ]);
    const head = (await log.describe(channel))?.head;
    assert.equal(head, appended.status === 'fulfilled' ? 2 : 0);
  });

  it('begins a new epoch after it was deleted', async (log) => {
    const epoch = await appendTokens(log, 1);
    await log.delete(channel);
    assert.equal(await log.describe(channel), undefined);
    const reopened = await log.open(channel);
    assert.notEqual(reopened.epoch, epoch);
    assert.equal(reopened.head, 0);
  });

  it('begins a new epoch, with other attributes, when it is replaced', async (log) => {
    await log.open(channel, { owner: { principalId: 'ada' }, producer: 'old' });
    const epoch = await appendTokens(log, 2);
    await log.end(channel);
    const replaced = await log.open(channel, { state: 'running' }, { replace: true });
    assert.deepEqual([replaced.created, replaced.head, replaced.owner], [true, 0, undefined]);
    assert.notEqual(replaced.epoch, epoch);
    assert.deepEqual(await log.append(channel, [token('new')]), { epoch: replaced.epoch, head: 1 });
    assert.equal((await log.read(channel, { epoch, sequence: 2 }))?.recovered, false);
  });

  it('replaces by the newest claim only, so that one of several does', async (log) => {
    const opened = await log.open(channel);
    await log.end(channel);
    const replace = { epoch: opened.epoch, fence: opened.fence };
    const results = await Promise.all(upTo(5).map(() => log.open(channel, {}, { replace })));
    assert.equal(results.filter(({ created }) => created).length, 1);
    assert.equal(new Set(results.map(({ epoch }) => epoch)).size, 1);
    assert.notEqual(results[0]?.epoch, opened.epoch);
  });

  it('opens what is to be replaced but is not there', async (log) => {
    assert.equal((await log.open(channel, {}, { replace: true })).created, true);
  });

  it(
    'is freed when its retention has passed',
    async (log) => {
      const running = executionChannel('running');
      await log.open(running);
      await appendTokens(log, 1);
      await log.end(channel);
      await until(async () => (await log.describe(channel)) === undefined);
      assert.ok(await log.describe(running));
    },
    { retentionMs: 50 },
  );

  it(
    'frees a room that was left alone, but not one that somebody follows',
    async (log) => {
      const [quiet, followed] = [roomChannel('quiet'), roomChannel('followed')];
      await log.follow(followed, () => undefined, { create: true });
      await log.open(quiet);
      await until(async () => (await log.describe(quiet)) === undefined);
      assert.ok(await log.describe(followed));
    },
    // Within this time, a log in a database renews followed channels a few times, also on a busy machine.
    { roomIdleMs: 1_000 },
  );
}
