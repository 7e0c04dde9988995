import assert from 'node:assert/strict';
import { channel, textsOf, token, upTo, type It } from './support.js';

const TAKEN_OVER = { code: 'EXECUTION_TAKEN_OVER' };

export function claiming(it: It): void {
  it('lets whoever opened an execution append by its claim', async (log) => {
    const { epoch, fence } = await log.open(channel, { producer: 'a' });
    const claim = { epoch, fence };
    assert.deepEqual(await log.append(channel, [token('a')], { claim }), { epoch, head: 1 });
    await log.end(channel, claim);
    assert.ok((await log.describe(channel))?.endedAt);
  });

  it('refuses the one before when another takes over', async (log) => {
    const opened = await log.open(channel, { producer: 'a', owner: { principalId: 'ada' } });
    const old = { epoch: opened.epoch, fence: opened.fence };
    await log.append(channel, [token('a1')], { claim: old });
    const claimed = await log.claim(channel, old, { producer: 'b', state: 'running' });
    assert.deepEqual(
      [claimed?.epoch, claimed?.producer, claimed?.owner, claimed?.state, claimed?.head],
      [old.epoch, 'b', { principalId: 'ada' }, 'running', 1],
    );
    assert.ok(claimed);
    assert.ok(claimed.fence > old.fence);
    await assert.rejects(
      async () => log.append(channel, [token('a2')], { claim: old }),
      TAKEN_OVER,
    );
    await assert.rejects(async () => log.end(channel, old), TAKEN_OVER);
    await log.append(channel, [token('b1')], { claim: claimed });
    assert.deepEqual(textsOf(await log.read(channel)), ['a1', 'b1']);
    assert.equal((await log.describe(channel))?.endedAt, undefined);
  });

  it('gives a claim to one of those that take over at once', async (log) => {
    const seen = await log.open(channel, { producer: 'a' });
    const claims = await Promise.all(
      upTo(5).map((place) => log.claim(channel, seen, { producer: `p${place}` })),
    );
    assert.equal(claims.filter((claim) => claim !== undefined).length, 1);
  });

  it('recognizes a claim that is repeated', async (log) => {
    const seen = await log.open(channel, { producer: 'a' });
    const first = await log.claim(channel, seen, { producer: 'b' });
    const again = await log.claim(channel, seen, { producer: 'b' });
    assert.ok(first);
    assert.deepEqual([again?.fence, again?.producer], [first.fence, 'b']);
  });

  it('claims nothing that is not there, has ended, or began anew', async (log) => {
    assert.equal(await log.claim(channel, { epoch: 'e', fence: 1 }, { producer: 'b' }), undefined);
    const ended = await log.open(channel);
    await log.end(channel);
    assert.equal(await log.claim(channel, ended, { producer: 'b' }), undefined);
    const replaced = await log.open(channel, {}, { replace: true });
    assert.equal(await log.claim(channel, ended, { producer: 'b' }), undefined);
    assert.ok(await log.claim(channel, replaced, { producer: 'b' }));
  });

  it('refuses a writer whose execution was replaced', async (log) => {
    const old = await log.open(channel);
    const replaced = await log.open(channel, {}, { replace: true });
    await assert.rejects(
      async () => log.append(channel, [token('old')], { claim: old }),
      TAKEN_OVER,
    );
    await assert.rejects(async () => log.end(channel, old), TAKEN_OVER);
    await log.append(channel, [token('new')], { claim: replaced });
    assert.deepEqual(textsOf(await log.read(channel)), ['new']);
  });
}
