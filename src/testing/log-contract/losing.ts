import assert from 'node:assert/strict';
import type { StreamLogContractOptions } from './contract-options.js';
import { channel, Heard, textsOf, token, until, type It } from './support.js';

/** Tests of a log whose store loses answers or data. */
export function losing(
  it: It,
  faults: Omit<StreamLogContractOptions, 'another' | 'keepsText'>,
): void {
  const { loseNextAnswer, loseData, rollBack } = faults;
  if (loseNextAnswer) {
    it('appends once what it repeats because an answer was lost', async (log) => {
      const { epoch } = await log.open(channel);
      await log.append(channel, [token('a')]);
      loseNextAnswer(log);
      assert.deepEqual(await log.append(channel, [token('b'), token('c')]), { epoch, head: 3 });
      assert.deepEqual(textsOf(await log.read(channel)), ['a', 'b', 'c']);
    });

    it('says of a channel whose first answer was lost that it created it', async (log) => {
      loseNextAnswer(log);
      assert.equal((await log.open(channel)).created, true);
    });

    it('claims once what it repeats because an answer was lost', async (log) => {
      const seen = await log.open(channel, { producer: 'a' });
      loseNextAnswer(log);
      const claim = await log.claim(channel, seen, { producer: 'b' });
      assert.ok(claim);
      assert.equal((await log.append(channel, [token('b')], { claim })).head, 1);
    });
  }
  if (loseData)
    it('goes on in a new epoch, as the same execution, after the store lost it', async (log) => {
      const owner = { principalId: 'ada' };
      const opened = await log.open(channel, { owner, state: 'running', producer: 'a' });
      await log.append(channel, [token('lost')], { claim: opened });
      const heard = new Heard();
      await log.follow(channel, heard.listen);
      await loseData(log);
      const { epoch, head } = await log.append(channel, [token('kept')], { claim: opened });
      assert.notEqual(epoch, opened.epoch);
      assert.equal(head, 1);
      assert.deepEqual((await log.describe(channel))?.owner, owner);
      assert.deepEqual(textsOf(await log.read(channel)), ['kept']);
      await until(() => heard.notices.some((type) => type === 'reset' || type === 'gone'));
    });
  if (rollBack)
    it('goes on in a new epoch after the store lost its newest entries', async (log) => {
      const opened = await log.open(channel, { producer: 'a' });
      for (const text of ['a', 'b', 'c'])
        await log.append(channel, [token(text)], { claim: opened });
      await rollBack(log, channel, 1);
      const { epoch } = await log.append(channel, [token('d')], { claim: opened });
      assert.notEqual(epoch, opened.epoch);
      const read = await log.read(channel, { epoch: opened.epoch, sequence: 3 });
      assert.deepEqual([read?.recovered, textsOf(read)], [false, ['a', 'b', 'd']]);
    });
}
