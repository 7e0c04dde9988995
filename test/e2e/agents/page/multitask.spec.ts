import { describe, expect, it } from '@jest/globals';
import { startChat } from '../../../support/agent-app.js';
import { as, HeldGraph, says as input } from '../../../support/agents.js';
import { hasRuns, linesOf, openPage, says, shows } from '../../../support/pages.js';
import { conversation } from '../../../support/threads.js';

const threadId = 'thread-1';
const agent = { agent: 'chat' };

async function busyChat() {
  const held = new HeldGraph();
  const app = await startChat(held.graph);
  const [one, two] = await Promise.all([openPage(app), openPage(app)]);
  const [mine, theirs] = [one, two].map(({ client }) => client.thread(threadId, agent));
  if (!mine || !theirs) throw new Error('There are two pages.');
  await Promise.all([mine.follow(), theirs.follow()]);
  await mine.start(input('one'));
  await held.begun('one');
  await shows(theirs, says('user: one'));
  return { app, held, mine, theirs, kept: () => conversation(app.connect(as('ada')), threadId) };
}

describe('a start while a run is active', () => {
  it('waits for its turn, as both pages show', async () => {
    const { held, mine, theirs, kept } = await busyChat();
    expect(await theirs.start(input('two'))).toMatchObject({ queued: true, created: true });
    await shows(mine, hasRuns('running', 'queued'));
    // What waits is shown where it was written.
    expect([linesOf(mine), linesOf(theirs)]).toEqual([['user: one'], ['user: one', 'user: two']]);
    held.release('two');
    held.release('one');
    const whole = ['user: one', 'assistant: echo one', 'user: two', 'assistant: echo two'];
    for (const thread of [mine, theirs]) {
      await shows(thread, hasRuns('completed', 'completed'));
      await shows(thread, says(...whole));
    }
    expect(await kept()).toEqual(whole);
  });

  it('is refused if it asks for that, and what it would have said is taken back', async () => {
    const { theirs } = await busyChat();
    const refused = theirs.start(input('two'), { multitask: 'reject' });
    expect(linesOf(theirs)).toEqual(['user: one', 'user: two']);
    await expect(refused).rejects.toMatchObject({ code: 'THREAD_BUSY' });
    expect(linesOf(theirs)).toEqual(['user: one']);
    expect(theirs.runs).toHaveLength(1);
  });

  it('takes the place of the active run', async () => {
    const { held, mine, theirs, kept } = await busyChat();
    held.release('two');
    await theirs.start(input('two'), { multitask: 'interrupt' });
    const whole = ['user: one', 'user: two', 'assistant: echo two'];
    for (const thread of [mine, theirs]) {
      await shows(thread, hasRuns('cancelled', 'completed'));
      await shows(thread, says(...whole));
    }
    expect(await kept()).toEqual(whole);
  });

  it('rolls the active run back, and drops what it said at once', async () => {
    const { held, mine, theirs, kept } = await busyChat();
    const seen: string[][] = [];
    mine.on('change', () => seen.push(linesOf(mine)));
    await theirs.start(input('two'), { multitask: 'rollback' });
    await held.begun('two');
    for (const thread of [mine, theirs]) {
      await shows(thread, hasRuns('cancelled', 'running'));
      await shows(thread, says('user: two'));
    }
    expect(mine.runs[0]).toMatchObject({ void: true });
    // Once it was dropped it does not come back.
    const dropped = seen.findIndex((lines) => !lines.includes('user: one'));
    expect(seen.slice(dropped).flat()).not.toContain('user: one');
    held.release('two');
    const whole = ['user: two', 'assistant: echo two'];
    for (const thread of [mine, theirs]) await shows(thread, says(...whole));
    expect(await kept()).toEqual(whole);
  });

  it('leaves with all others when the thread is cancelled', async () => {
    const { mine, theirs } = await busyChat();
    await theirs.start(input('two'));
    await shows(mine, hasRuns('running', 'queued'));
    await mine.cancel({ reason: 'enough' });
    for (const thread of [mine, theirs]) {
      await shows(thread, hasRuns('cancelled', 'cancelled'));
      await shows(thread, says('user: one'));
    }
    expect(mine.runs.map(({ reason }) => reason)).toEqual(['enough', 'enough']);
    await mine.cancel();
  });
});
