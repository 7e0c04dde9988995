import { describe, expect, it } from '@jest/globals';
import { createStreamingClient, type StreamingClient } from '../../src/client/index.js';
import type { ExecutionContext, StreamingModuleOptions } from '../../src/index.js';
import { Inbox, next } from '../support/plain-client.js';
import { onTestEnd, startApp, type StreamingApp } from '../support/streaming-app.js';

/** More updates than the log holds. */
const MANY = 12_000;

/** What comes between the first words and the last. */
const BETWEEN: Record<string, (context: ExecutionContext, index: number) => void> = {
  'custom updates': ({ emit }, index) => emit('custom', index),
  states: ({ emit }, index) => emit('values', { index }),
  progress: ({ progress }, index) => progress(index % 100),
  'text of another node': ({ token }) => token('x', { nodeId: 'other' }),
  'text of the same node': ({ token }) => token('.', { nodeId: 'model' }),
};

async function runLong(
  { streaming }: StreamingApp,
  between: (context: ExecutionContext, index: number) => void,
): Promise<string> {
  const { executionId, done } = streaming.run(
    async (context) => {
      context.token('Title.', { nodeId: 'model' });
      for (let index = 0; index < MANY; index += 1) {
        between(context, index);
        if (index % 100 === 0) await context.ready();
      }
      context.token('End.', { nodeId: 'model' });
    },
    { flushIntervalMs: 0 },
  );
  await done;
  return executionId;
}

function clientOf({ url }: StreamingApp): StreamingClient {
  const client = createStreamingClient({ url });
  onTestEnd(() => client.close());
  return client;
}

describe('a view that begins after the log has dropped updates', () => {
  it.each(Object.keys(BETWEEN))('has the whole text beside %s', async (what) => {
    const app = await startApp();
    const executionId = await runLong(app, BETWEEN[what] ?? (() => undefined));
    const run = clientOf(app).execution(executionId);
    expect(await run.done).toMatchObject({ state: 'completed' });
    const dots = what === 'text of the same node' ? '.'.repeat(MANY) : '';
    expect(run.nodeTexts.get('model')).toBe(`Title.${dots}End.`);
    expect(run.recovered).toBe(false);
  });

  it('is told once that something is missing, and gets each update once and in order', async () => {
    const app = await startApp();
    const executionId = await runLong(app, ({ emit }, index) => emit('custom', index));
    const viewer = app.connect();
    await next(viewer, 'connection_status');
    const resets: unknown[] = [];
    viewer.on('stream_reset', (message) => resets.push(message));
    const inbox = new Inbox(viewer);
    const answer = await viewer.emitWithAck('subscribe_execution', { executionId });
    expect(answer).toMatchObject({ ok: true, recovered: false, cursor: { sequence: 1 } });
    await inbox.ended();
    expect(resets).toEqual([]);
    const sequences = inbox.updates.map(({ metadata }) => metadata?.sequenceNumber ?? 0);
    expect(sequences).toEqual([...new Set(sequences)].sort((a, b) => a - b));
    expect(inbox.brief[0]).toEqual(['token', { content: 'Title.' }]);
    const customs = inbox.updates.filter(({ type }) => type === 'custom').map(({ data }) => data);
    expect(customs.at(-1)).toBe(MANY - 1);
    expect(customs).toHaveLength(10_000 - 2);
  });

  it('ends with the whole text if its connection is cut on the way', async () => {
    const app = await startApp();
    const executionId = await runLong(app, ({ emit }, index) => emit('custom', index));
    const client = clientOf(app);
    const run = client.execution(executionId);
    await new Promise<void>((resolve) => {
      run.on('update', ({ type }) => {
        if (type === 'custom') resolve();
      });
    });
    const snapshot = run.snapshot();
    client.close();
    const again = clientOf(app).execution(executionId, { snapshot });
    await again.done;
    expect(again.text).toBe('Title.End.');
  });

  it.each<[string, StreamingModuleOptions]>([
    ['reads slowly', { gateway: { slowClient: { maxQueuedPackets: 1 } } }],
    ['has a small log', { gateway: {}, log: { maxEntries: 2 } }],
  ])('has the whole text if it %s', async (_, options) => {
    const app = await startApp(options);
    // Text that cannot be joined, so it is kept in many updates.
    const executionId = await runLong(app, ({ token, emit }, index) => {
      if (index >= 3_000) emit('custom', index);
      else token(String(index % 10), { nodeId: index % 2 === 0 ? 'even' : 'odd' });
    });
    const run = clientOf(app).execution(executionId);
    await run.done;
    expect(run.nodeTexts.get('even')).toBe('02468'.repeat(300));
    expect(run.nodeTexts.get('odd')).toBe('13579'.repeat(300));
    expect(run.nodeTexts.get('model')).toBe('Title.End.');
  });

  it('has the whole text in the process', async () => {
    const app = await startApp();
    const executionId = await runLong(app, ({ emit }, index) => emit('custom', index));
    let text = '';
    for await (const update of app.streaming.follow(executionId))
      if (update.type === 'token') text += update.data.content;
    expect(text).toBe('Title.End.');
  });
});
