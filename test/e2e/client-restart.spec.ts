import { describe, expect, it } from '@jest/globals';
import { createStreamingClient, type SubscriptionSnapshot } from '../../src/client/index.js';
import type { TransportName } from '../../src/client/transports.js';
import { onTestEnd, startApp, type StreamingApp } from '../support/streaming-app.js';
import { DrivenSource } from './client/client-app.js';
import { RestartableServer } from './client/restartable-server.js';
import { connection, once, reached } from './client/waiters.js';

const start = async (transport: TransportName) => {
  const server = await RestartableServer.start();
  onTestEnd(() => server.close());
  const client = createStreamingClient({
    url: server.url,
    transports: [transport],
    reconnection: { minDelayMs: 1, maxDelayMs: 10 },
  });
  onTestEnd(() => client.close());
  return { server, client };
};

/** Runs something that asks a question. */
const ask = (app: Pick<StreamingApp, 'streaming'>): void => {
  app.streaming.run(
    {
      run: async (context) => {
        context.progress(40, 'halfway');
        return { state: 'interrupted', interrupts: [{ id: 'q', value: 'Send it?' }] };
      },
    },
    { executionId: 'run' },
  );
};

describe.each(['websocket', 'polling'] as const)('after a restart of the server, over %s', (by) => {
  it('a run that is gone has no state, and its subscription fails', async () => {
    const { server, client } = await start(by);
    server.app.streaming.run(() => new Promise(() => undefined), { executionId: 'run' });
    const run = client.execution('run');
    await reached(run, 1);
    expect(run.state).toBe('running');
    const failed = once(run, 'error');
    await server.restart();
    expect((await failed).code).toBe('EXECUTION_NOT_FOUND');
    expect(run.state).toBeUndefined();
    expect(run.snapshot().state).toBeUndefined();
    await expect(run.done).rejects.toMatchObject({ code: 'EXECUTION_NOT_FOUND' });
  });

  it('a question of a run that is gone is open no more', async () => {
    const { server, client } = await start(by);
    ask(server.app);
    const run = client.execution('run');
    await reached(run, 3);
    expect(run.interrupts).toHaveLength(1);
    const failed = once(run, 'error');
    await server.restart();
    await failed;
    expect(run.interrupts).toEqual([]);
  });

  it('a run that goes by the same id has the state of the new one', async () => {
    const { server, client } = await start(by);
    ask(server.app);
    const run = client.execution('run');
    await reached(run, 3);
    expect([run.state, run.progress?.progress]).toEqual(['interrupted', 40]);
    const driven = new DrivenSource();
    const reset = once(run, 'reset');
    const again = once(run, 'state');
    await server.restart((app) => app.streaming.run(driven.run, { executionId: 'run' }));
    expect(await reset).toMatchObject({ recovered: false });
    expect(await again).toEqual({ state: 'running' });
    expect([run.state, run.interrupts, run.progress]).toEqual(['running', [], undefined]);
    driven.end();
    expect(await run.done).toEqual({ state: 'completed' });
  });

  it('a snapshot of before says nothing that is not true any more', async () => {
    const { server, client } = await start(by);
    ask(server.app);
    const before = client.execution('run');
    await reached(before, 3);
    const snapshot = JSON.parse(JSON.stringify(before.snapshot())) as SubscriptionSnapshot;
    expect(snapshot).toMatchObject({
      state: { state: 'interrupted' },
      progress: { progress: 40, message: 'halfway' },
    });
    client.close();
    await server.restart();
    const page = createStreamingClient({ url: server.url });
    onTestEnd(() => page.close());
    const run = page.execution('run', { snapshot });
    expect([run.state, run.progress?.progress]).toEqual(['interrupted', 40]);
    await expect(run.done).rejects.toMatchObject({ code: 'EXECUTION_NOT_FOUND' });
    expect(run.state).toBeUndefined();
  });

  it('the client and what it follows are connected again', async () => {
    const { server, client } = await start(by);
    const room = client.room('lobby');
    const joined = once(room, 'subscribed');
    await joined;
    const again = once(room, 'subscribed');
    const connected = connection(client, 'connected');
    await server.restart();
    await Promise.all([again, connected]);
    expect(client.connection.state).toBe('connected');
    expect((await client.status()).rooms).toEqual(['lobby']);
    const heard = once(room, 'update');
    await server.app.streaming.publish('lobby', 'custom', 'hello');
    expect((await heard).data).toBe('hello');
  });
});

describe('the progress of a run', () => {
  it('survives a reload of the page', async () => {
    const { streaming, url } = await startApp();
    ask({ streaming });
    const page = createStreamingClient({ url });
    onTestEnd(() => page.close());
    const run = page.execution('run');
    await reached(run, 3);
    const kept = JSON.stringify(run.snapshot());
    page.close();
    const reloaded = createStreamingClient({ url });
    onTestEnd(() => reloaded.close());
    const same = reloaded.execution('run', { snapshot: JSON.parse(kept) as SubscriptionSnapshot });
    expect(same.progress).toEqual({ progress: 40, message: 'halfway' });
    await once(same, 'subscribed');
    expect(same.progress).toEqual({ progress: 40, message: 'halfway' });
  });
});
