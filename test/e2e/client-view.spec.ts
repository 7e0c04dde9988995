import { describe, expect, it } from '@jest/globals';
import type { SubscriptionView } from '../../src/client/index.js';
import { DrivenSource, startClientApp } from './client/client-app.js';
import { iterate, once, reached } from './client/waiters.js';

/** The first view that meets a condition. */
function viewOf(
  run: { view(): SubscriptionView; on(event: 'change', listener: () => void): () => void },
  isMet: (view: SubscriptionView) => boolean,
): Promise<SubscriptionView> {
  return new Promise((resolve) => {
    const check = (): void => {
      if (!isMet(run.view())) return;
      stop();
      resolve(run.view());
    };
    const stop = run.on('change', check);
    queueMicrotask(check);
  });
}

async function drivenRun() {
  const app = await startClientApp();
  const source = new DrivenSource();
  app.streaming.run(source.run, { executionId: 'run' });
  return { ...app, source, context: await source.context() };
}

describe('the view of a run', () => {
  it('tells all that is known', async () => {
    const { client, source, context } = await drivenRun();
    context.emit('node:start', {}, { nodeId: 'model' });
    context.token('Hel', { nodeId: 'model' });
    context.token('lo', { nodeId: 'model' });
    context.emit('node:complete', {}, { nodeId: 'model' });
    context.emit('messages', {
      id: 'm1',
      role: 'assistant',
      content: 'Bye',
      usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 },
    });
    context.progress(50);
    source.end();
    const run = client().execution('run');
    await run.done;
    expect(run.view()).toEqual({
      text: 'Hello',
      messages: [
        { role: 'assistant', content: 'Hello' },
        expect.objectContaining({ id: 'm1', content: 'Bye' }),
      ],
      nodes: { model: { state: 'completed' } },
      usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 },
      state: 'completed',
      interrupts: [],
      progress: expect.objectContaining({ progress: 50 }),
      result: undefined,
      error: undefined,
      recovered: true,
      status: 'ended',
    });
  });

  it('is the same object until something changed, and never changes itself', async () => {
    const { client, source, context } = await drivenRun();
    const run = client().execution('run');
    context.progress(10);
    await reached(run, 2);
    const before = run.view();
    expect(run.view()).toBe(before);
    context.token('text');
    await reached(run, 3);
    const after = run.view();
    expect(after).not.toBe(before);
    expect([before.text, after.text]).toEqual(['', 'text']);
    expect(after.interrupts).toBe(before.interrupts);
    expect(after.progress).toBe(before.progress);
    expect(after.nodes).toBe(before.nodes);
    expect(Object.isFrozen(after)).toBe(true);
    source.end();
  });

  it('can be read without following the run', async () => {
    const { client, source } = await drivenRun();
    const page = client();
    const run = page.execution('run');
    expect([run.view().text, run.text, run.state, run.interrupts, run.progress]).toEqual([
      '',
      '',
      undefined,
      [],
      undefined,
    ]);
    await page.status();
    expect(await page.status()).toMatchObject({ subscriptions: [] });
    source.end();
  });

  it('joins the parts of a message, and takes the whole message in their place', async () => {
    const { client, source, context } = await drivenRun();
    const part = { id: 'm1', role: 'assistant', content: '', partial: true } as const;
    context.emit('messages', { ...part, reasoning: 'Let me ' });
    context.emit('messages', { ...part, reasoning: 'think.' });
    context.token('Yes', { messageId: 'm1' });
    const run = client().execution('run');
    const grown = await viewOf(run, ({ text }) => text === 'Yes');
    expect(grown.messages.at(-1)).toMatchObject({ content: expect.stringContaining('Yes') });
    context.emit('messages', {
      id: 'm1',
      role: 'assistant',
      content: 'Yes.',
      reasoning: 'Thought.',
    });
    source.end();
    await run.done;
    expect(run.view().messages[0]).toEqual({
      id: 'm1',
      role: 'assistant',
      content: 'Yes.',
      reasoning: 'Thought.',
    });
  });
});

describe('a handle on a run', () => {
  it('cancels it', async () => {
    const { client } = await drivenRun();
    const run = client().execution('run');
    await once(run, 'subscribed');
    await run.cancel('enough');
    expect(await run.done).toMatchObject({ state: 'cancelled', reason: 'enough' });
  });

  it('answers its question', async () => {
    const { streaming, client } = await startClientApp();
    const interrupts = [{ id: 'q1', value: 'Sure?' }];
    streaming.run(
      {
        run: async () => ({ state: 'interrupted', interrupts }),
        resume: async (_, { value }) => ({ state: 'completed', result: value }),
      },
      { executionId: 'asks', publishResult: true },
    );
    const run = client().execution('asks');
    const asked = await viewOf(run, ({ state }) => state === 'interrupted');
    expect(asked.interrupts).toEqual(interrupts);
    await run.respond('yes', { interruptId: 'q1' });
    await run.done;
    expect(run.view()).toMatchObject({ state: 'completed', interrupts: [], result: 'yes' });
  });
});

describe('subscriptions to one run', () => {
  it('share one connection, and each gets every update once, whenever it comes', async () => {
    const { client, source, context, network } = await drivenRun();
    const page = client();
    const runs = [page.execution('run')];
    const heard = runs.map((run) => iterate(run));
    for (let index = 0; index < 120; index += 1) {
      context.token(`${index} `, { nodeId: 'model' });
      if (index % 20 === 10) {
        const late = page.execution('run');
        runs.push(late);
        heard.push(iterate(late));
        await reached(late, index);
      }
      if (index % 50 === 40) network.cut();
    }
    source.end();
    const all = Array.from({ length: 122 }, (_, index) => index + 1);
    expect(await Promise.all(heard)).toEqual(runs.map(() => all));
    const text = Array.from({ length: 120 }, (_, index) => `${index} `).join('');
    expect(runs.map((run) => run.text)).toEqual(runs.map(() => text));
    expect(runs.every(({ recovered }) => recovered)).toBe(true);
  });
});
