import { expect, it } from '@jest/globals';
import { deferred } from '../../src/common/deferred.js';
import { manualRun } from '../support/manual-run.js';
import { Inbox } from '../support/plain-client.js';
import { describeInstances } from './support/backends.js';
import { by, connected } from './support/viewers.js';

const owner = { principalId: 'ada' };
const LOST = {
  code: 'PRODUCER_LOST',
  message: 'The instance that ran the execution is gone; start the execution again.',
};

describeInstances('an instance that died', (instances) => {
  it('is told of once for each of its runs, whose ids are free again', async () => {
    const { start, vanish, reappear } = instances();
    const [dead, ...living] = [await start(by()), await start(by()), await start(by())];
    if (!dead) throw new Error('There are three.');
    const runs = [
      await manualRun(dead, { executionId: 'a', owner }),
      await manualRun(dead, { executionId: 'b', owner }),
    ];
    const inboxes = [];
    for (const app of living)
      for (const executionId of ['a', 'b']) {
        const viewer = await connected(app);
        inboxes.push(new Inbox(viewer));
        await viewer.emitWithAck('subscribe_execution', { executionId });
      }
    await vanish(dead);
    for (const inbox of inboxes) {
      await inbox.ended();
      expect(inbox.brief).toEqual([
        ['workflow:start', { state: 'running' }],
        ['workflow:error', { state: 'failed', error: LOST }],
      ]);
    }
    const starts = await Promise.allSettled(
      living.map(({ streaming }) => streaming.start(() => 'again', { executionId: 'a' })),
    );
    expect(starts.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await reappear(dead);
    for (const { finish } of runs) await finish().catch(() => undefined);
  });

  it('writes nothing and stops its sources when it wakes up', async () => {
    const { start, vanish, reappear } = instances();
    const [frozen, other] = [await start(by()), await start(by())];
    const [talking, silent] = [
      await manualRun(frozen, { executionId: 'talking', owner }),
      await manualRun(frozen, { executionId: 'silent', owner }),
    ];
    const inboxes = [];
    for (const executionId of ['talking', 'silent']) {
      const viewer = await connected(other);
      const inbox = new Inbox(viewer);
      inboxes.push(inbox);
      await viewer.emitWithAck('subscribe_execution', { executionId });
    }
    const aborted = deferred<void>();
    silent.context.signal.addEventListener('abort', () => aborted.resolve());
    await vanish(frozen);
    for (const inbox of inboxes) await inbox.ended();
    talking.context.token('nobody gets this');
    await reappear(frozen);
    await expect(talking.finish()).rejects.toMatchObject({ code: 'EXECUTION_TAKEN_OVER' });
    expect(talking.context.signal.aborted).toBe(true);
    await aborted.promise;
    await expect(silent.finish()).rejects.toMatchObject({ code: 'EXECUTION_TAKEN_OVER' });
    const updates = [];
    for await (const update of other.streaming.follow('talking')) updates.push(update.type);
    expect(updates).toEqual(['workflow:start', 'workflow:error']);
  });

  it('gives its ids away before anybody noticed, once viewers are told', async () => {
    const { start, vanish, reappear } = instances();
    const dead = await start(by());
    const { finish } = await manualRun(dead, { executionId: 'job', owner });
    await vanish(dead);
    // Nobody lived when it died.
    const other = await start(by());
    for await (const { type } of other.streaming.follow('job'))
      if (type === 'workflow:error') break;
    const again = await other.streaming.start(() => 'again', { executionId: 'job' });
    expect(await again.done).toEqual({ state: 'completed', result: 'again' });
    await reappear(dead);
    await finish().catch(() => undefined);
  });
});
