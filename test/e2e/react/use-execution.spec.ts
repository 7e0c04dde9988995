import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { describe, expect, it } from '@jest/globals';
import {
  useConnection,
  useExecution,
  useRequest,
  useRoom,
} from '../../../src/client/react/index.js';
import { DrivenSource, startClientApp } from '../client/client-app.js';
import { countFrames, openPage, Renders } from './rendered.js';

async function drivenRun() {
  const app = await startClientApp();
  const source = new DrivenSource();
  app.streaming.run(source.run, { executionId: 'run' });
  return { ...app, source, context: await source.context() };
}

describe.each([
  ['in production', false],
  ['in StrictMode', true],
])('an answer of 200 tokens, %s', (_, strict) => {
  it('renders its text once per frame and its state when it changes, over one subscription', async () => {
    const frames = countFrames();
    const { client, source, context } = await drivenRun();
    const page = client();
    const text = new Renders(() => useExecution('run', { select: (run) => run.text }));
    const state = new Renders(() => useExecution('run', { select: (run) => run.state }));
    const questions = new Renders(() => useExecution('run', { select: (run) => run.interrupts }));
    openPage(page, { strict }).show(
      ...[text, state, questions].map(({ component }) => createElement(component)),
    );
    await state.until((shown) => shown === 'running');
    for (let index = 0; index < 200; index += 1) {
      context.token(`${index} `);
      if (index % 10 === 0) await page.status();
    }
    expect(await page.status()).toMatchObject({ subscriptions: ['run'] });
    source.end();
    await state.until((shown) => shown === 'completed');
    const whole = Array.from({ length: 200 }, (__, index) => `${index} `).join('');
    await text.until((shown) => shown === whole);
    const perRender = strict ? 2 : 1;
    // The first render, and that of what was known when the component was shown.
    expect(text.values.length).toBeLessThanOrEqual((frames.count + 2) * perRender);
    expect(state.values.length).toBeLessThanOrEqual(6);
    expect(questions.values.length).toBeLessThanOrEqual(2 * perRender);
  });
});

describe('components', () => {
  it('show the same in one frame', async () => {
    const { client, source, context } = await drivenRun();
    const seen: string[] = [];
    const [first, second] = ['first', 'second'].map(
      (name) =>
        new Renders(() => {
          const { text } = useExecution('run');
          seen.push(`${name} ${text}`);
          return text;
        }),
    );
    if (!first || !second) throw new Error('Two components are shown.');
    openPage(client()).show(createElement(first.component), createElement(second.component));
    context.token('a');
    await first.until((text) => text === 'a');
    expect(seen.slice(-2).toSorted()).toEqual(['first a', 'second a']);
    source.end();
  });

  it('keep the subscription when they come back before it is released', async () => {
    const { client, source, context } = await drivenRun();
    const page = client();
    const text = new Renders(() => useExecution('run', { select: (run) => run.text }));
    const shown = openPage(page);
    shown.show(createElement(text.component));
    context.token('a');
    await text.until((value) => value === 'a');
    shown.show();
    await page.status();
    expect(await page.status()).toMatchObject({ subscriptions: ['run'] });
    text.values.length = 0;
    shown.show(createElement(text.component));
    await text.until((value) => value === 'a');
    // At once, as the subscription was there.
    expect(text.values[0]).toBe('a');
    source.end();
  });

  it('release the subscription when they do not come back', async () => {
    const { client } = await drivenRun();
    const page = client();
    const state = new Renders(() => useExecution('run', { select: (run) => run.state }));
    const shown = openPage(page, { releaseDelayMs: 1 });
    shown.show(createElement(state.component));
    await state.until((value) => value === 'running');
    shown.show();
    let { subscriptions } = await page.status();
    while (subscriptions.length > 0) ({ subscriptions } = await page.status());
    expect(subscriptions).toEqual([]);
  });

  it.each([
    ['made anew each time', undefined, 6],
    [
      'compared by its parts',
      (a: { state: unknown }, b: { state: unknown }) => a.state === b.state,
      4,
    ],
  ])('settle on a selection that is %s', async (_, isEqual, most) => {
    const { client, source, context } = await drivenRun();
    const select = ({ state }: { readonly state: unknown }) => ({ state });
    const shown = new Renders(() =>
      useExecution('run', {
        select: (run) => select(run),
        ...(isEqual && { isEqual }),
      }),
    );
    const text = new Renders(() => useExecution('run', { select: (run) => run.text }));
    openPage(client()).show(createElement(shown.component), createElement(text.component));
    await shown.until(({ state }) => state === 'running');
    context.token('a');
    await text.until((value) => value === 'a');
    context.token('b');
    await text.until((value) => value === 'ab');
    expect(shown.values.length).toBeLessThanOrEqual(most);
    source.end();
  });

  it('cancel and answer', async () => {
    const { streaming, client } = await startClientApp();
    streaming.run(
      {
        run: async () => ({ state: 'interrupted', interrupts: [{ id: 'q1', value: 'Sure?' }] }),
        resume: async (_, { value }) => ({ state: 'completed', result: value }),
      },
      { executionId: 'asks', publishResult: true },
    );
    streaming.run(new DrivenSource().run, { executionId: 'long' });
    const [asks, long] = ['asks', 'long'].map((id) => new Renders(() => useExecution(id)));
    if (!asks || !long) throw new Error('Two components are shown.');
    openPage(client()).show(createElement(asks.component), createElement(long.component));
    const { respond, interrupts } = await asks.until(({ state }) => state === 'interrupted');
    await respond('yes', { interruptId: interrupts[0]?.id ?? '' });
    expect(await asks.until(({ state }) => state === 'completed')).toMatchObject({ result: 'yes' });
    const { cancel } = await long.until(({ state }) => state === 'running');
    await cancel('enough');
    expect(await long.until(({ state }) => state === 'cancelled')).toMatchObject({ text: '' });
  });

  it('follow another execution when its id changes, and none without an id', async () => {
    const { streaming, client } = await startClientApp();
    for (const id of ['one', 'two'])
      streaming.run(async ({ token }) => token(id), { executionId: id });
    let id: string | undefined;
    const text = new Renders(() => useExecution(id, { select: (run) => run.text }));
    const shown = openPage(client());
    shown.show(createElement(text.component));
    await text.until((value) => value === '');
    for (id of ['one', 'two']) {
      shown.show(createElement(text.component, { key: 'same' }));
      await text.until((value) => value === id);
    }
  });

  it('show why a run cannot be followed', async () => {
    const { client } = await startClientApp();
    const error = new Renders(() => useExecution('nothing', { select: (run) => run.error?.code }));
    openPage(client()).show(createElement(error.component));
    await error.until((code) => code === 'EXECUTION_NOT_FOUND');
  });

  it('show a room and the connection', async () => {
    const { streaming, client, network } = await startClientApp();
    const page = client();
    const room = new Renders(() => useRoom('lobby', { from: 'start' }));
    const state = new Renders(() => useConnection());
    openPage(page).show(createElement(room.component), createElement(state.component));
    await state.until((change) => change.state === 'connected');
    await streaming.publish('lobby', 'token', { content: 'Hello' });
    await room.until(({ text }) => text === 'Hello');
    const lost = state.until((change) => change.state === 'reconnecting');
    network.cut();
    await lost;
    await state.until((change) => change.state === 'connected');
  });

  it('ask the application with the same function in every render', async () => {
    const { client } = await drivenRun();
    const page = client();
    const requests = new Renders(() => [useRequest(), useConnection().state] as const);
    openPage(page).show(createElement(requests.component));
    const [request] = await requests.until(([, state]) => state === 'connected');
    expect(await request('get_status', { executionId: 'run' })).toMatchObject({
      execution: { state: 'running' },
    });
    expect(new Set(requests.values.map(([each]) => each)).size).toBe(1);
  });

  it('need a provider', () => {
    const Lost = () => createElement('p', null, useExecution('run').text);
    expect(() => renderToString(createElement(Lost))).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS' }),
    );
  });
});
