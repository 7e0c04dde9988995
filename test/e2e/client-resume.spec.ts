import { describe, expect, it } from '@jest/globals';
import type { SubscriptionSnapshot } from '../../src/client/index.js';
import { DrivenSource, startClientApp } from './client/client-app.js';
import { collectSequences, connection, iterate, once, reached } from './client/waiters.js';
import { oneTo } from '../support/plain-client.js';

/** 1, 2, …, last */
const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

describe('a client whose connection is cut', () => {
  it.each(['websocket', 'polling'] as const)(
    'gets every update once and in order (%s)',
    async (transport) => {
      const { streaming, network, client } = await startClientApp();
      const source = new DrivenSource();
      streaming.run(source.run, { executionId: 'run' });
      const run = client({ transports: [transport] }).execution('run');
      const heard = collectSequences(run);
      const looped = iterate(run);
      const context = await source.context();

      let expected = '';
      for (let round = 1; round <= 5; round += 1) {
        for (const part of ['a', '💧', 'c']) {
          context.token(`${part}${round} `, { nodeId: 'model' });
          expected += `${part}${round} `;
        }
        context.progress(round);
        // workflow:start, then four updates each round.
        await reached(run, 1 + 4 * round);
        network.cut();
      }
      source.end();

      expect(await run.finalText()).toBe(expected);
      expect(heard).toEqual(upTo(22));
      expect(await looped).toEqual(upTo(22));
      expect(run.recovered).toBe(true);
    },
  );

  it('gets what was streamed meanwhile as joined text', async () => {
    const { streaming, network, client } = await startClientApp();
    const source = new DrivenSource();
    streaming.run(source.run, { executionId: 'run' });
    const run = client().execution('run');
    const heard = collectSequences(run);
    const context = await source.context();
    context.token('before ', { nodeId: 'model' });
    await reached(run, 2);
    network.cut();
    for (const word of ['all ', 'of ', 'this ']) context.token(word, { nodeId: 'model' });
    source.end();
    expect(await run.finalText()).toBe('before all of this ');
    expect(heard).toEqual(upTo(6));
  });

  it('is told what the log no longer has, and goes on with the rest', async () => {
    const { streaming, network, client } = await startClientApp({ log: { maxEntries: 5 } });
    const source = new DrivenSource();
    streaming.run(source.run, { executionId: 'run' });
    const run = client().execution('run');
    const loop = iterate(run);
    const { done } = run;
    const heard = collectSequences(run);
    const context = await source.context();
    context.token('gone ');
    await reached(run, 2);

    const reset = once(run, 'reset');
    network.cut();
    for (let index = 3; index <= 12; index += 1) context.emit('custom', index);
    context.token('kept');
    source.end();

    // 14 updates, of which the log has the last five, and the text of the others.
    expect(await reset).toMatchObject({
      recovered: false,
      cursor: { sequence: 1 },
      previous: { sequence: 2 },
    });
    expect(await done).toEqual({ state: 'completed' });
    expect(heard).toEqual([1, 2, ...oneTo(14).slice(1)]);
    expect(run.text).toBe('gone kept');
    expect(run.recovered).toBe(false);
    await expect(loop).rejects.toMatchObject({ code: 'NOT_RECOVERED' });
  });
});

describe('a page that is reloaded', () => {
  it('goes on from a snapshot, text included', async () => {
    const { streaming, client } = await startClientApp();
    const source = new DrivenSource();
    streaming.run(source.run, { executionId: 'run' });
    const context = await source.context();
    const tab = client();
    const before = tab.execution('run');
    const heardBefore = collectSequences(before);
    context.token('Hello ', { nodeId: 'model' });
    context.token('wor', { nodeId: 'model' });
    await reached(before, 3);
    const stored = JSON.stringify(before.snapshot());
    tab.close();
    context.token('ld', { nodeId: 'model' });

    const after = client().execution('run', {
      snapshot: JSON.parse(stored) as SubscriptionSnapshot,
    });
    const heardAfter = collectSequences(after);
    await reached(after, 4);
    context.token('!', { nodeId: 'model' });
    source.end();
    expect(await after.finalText()).toBe('Hello world!');
    expect([...heardBefore, ...heardAfter]).toEqual(upTo(6));
    expect(Object.fromEntries(after.nodeTexts)).toEqual({ model: 'Hello world!' });
    expect(after.recovered).toBe(true);
  });

  it('goes on from a bare cursor', async () => {
    const { streaming, client } = await startClientApp();
    const source = new DrivenSource();
    streaming.run(source.run, { executionId: 'run' });
    const context = await source.context();
    const before = client().execution('run');
    context.emit('custom', 'one');
    await reached(before, 2);
    const { cursor } = before;
    context.emit('custom', 'two');
    source.end();
    const after = client().execution('run', cursor && { cursor });
    expect(await iterate(after)).toEqual([3, 4]);
    expect(after.state).toBe('completed');
  });

  it('shows the question that was open', async () => {
    const { streaming, client } = await startClientApp();
    streaming.run(
      {
        run: () =>
          Promise.resolve({ state: 'interrupted', interrupts: [{ id: 'q', value: 'Sure?' }] }),
        resume: (_context, { value }) => Promise.resolve({ state: 'completed', result: value }),
      },
      { executionId: 'run', publishResult: true },
    );
    const before = client().execution('run');
    await reached(before, 2);
    const page = client();
    const after = page.execution('run', { snapshot: before.snapshot() });
    expect(after.interrupts).toEqual([{ id: 'q', value: 'Sure?' }]);
    const { done } = after;
    await page.respond('run', 'yes', 'q');
    expect(await done).toEqual({ state: 'completed', result: 'yes' });
  });
});

describe('a client that comes late', () => {
  it('gets 2,000 tokens in a few updates, then what follows', async () => {
    const { streaming, client } = await startClientApp();
    const source = new DrivenSource();
    streaming.run(source.run, { executionId: 'run' });
    const context = await source.context();
    const words = Array.from({ length: 2000 }, (_, index) => `${index} `);
    for (const word of words) context.token(word, { nodeId: 'model' });
    const run = client().execution('run');
    const heard = collectSequences(run);
    let updates = 0;
    run.on('update', () => (updates += 1));
    await reached(run, 2001);
    expect(updates).toBeLessThan(10);
    context.token('end', { nodeId: 'model' });
    source.end();
    expect(await run.finalText()).toBe(`${words.join('')}end`);
    expect(heard).toEqual(upTo(2003));
  });

  it.each(['with the last cursor', 'for what comes next'])(
    'learns that an execution is over when it asks %s',
    async (how) => {
      const { streaming, client } = await startClientApp();
      await streaming.run(['a'], { executionId: 'run' }).done;
      const page = client();
      const first = page.execution('run');
      expect(await first.done).toEqual({ state: 'completed' });
      const { cursor } = first;
      const last = cursor && { cursor };
      const run = page.execution('run', how === 'with the last cursor' ? last : { from: 'live' });
      expect(await iterate(run)).toEqual([]);
      expect(await run.done).toEqual({ state: 'completed' });
    },
  );

  it('gets all of an execution that is over', async () => {
    const { streaming, client } = await startClientApp();
    const handle = streaming.run(['a', 'b'], { executionId: 'run' });
    await handle.done;
    const run = client().execution('run');
    expect(await iterate(run)).toEqual([1, 2, 3, 4]);
    expect(await run.done).toEqual({ state: 'completed' });
  });
});

describe('a server that stops', () => {
  it('makes its clients reconnect', async () => {
    const { app, streaming, client } = await startClientApp();
    streaming.run(new DrivenSource().run, { executionId: 'run' });
    const session = client();
    await reached(session.execution('run'), 1);
    const reconnecting = connection(session, 'reconnecting');
    await app.close();
    await reconnecting;
    expect(session.connection.state).toBe('reconnecting');
  });
});
