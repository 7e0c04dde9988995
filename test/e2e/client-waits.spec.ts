import { describe, expect, it } from '@jest/globals';
import { onTestEnd } from '../support/streaming-app.js';
import { startClientApp } from './client/client-app.js';
import { ScriptedGateway, control, sendUpdate } from './client/scripted-gateway.js';
import { collectSequences, connection, once } from './client/waiters.js';
import { oneTo } from '../support/plain-client.js';

const LONG_MS = 60_000;
const words = ['Nothing ', 'is ', 'lost.'];

describe('a subscription that waits for its execution', () => {
  it('gets all of it when it begins later', async () => {
    const { client, streaming } = await startClientApp();
    const one = client();
    const run = one.execution('later', { waitForMs: LONG_MS });
    const heard = collectSequences(run);
    await one.status();
    streaming.run(words, { executionId: 'later' });
    expect(await run.finalText()).toBe('Nothing is lost.');
    expect(heard).toEqual(oneTo(heard.length));
    expect(run.recovered).toBe(true);
  });

  it('fails after that time, and at once without it', async () => {
    const { client } = await startClientApp();
    const start = performance.now();
    for (const waitForMs of [0, 300]) {
      const run = client().execution('never', { waitForMs });
      await expect(run.done).rejects.toMatchObject({ code: 'EXECUTION_NOT_FOUND' });
      expect(run.state).toBeUndefined();
    }
    expect(performance.now() - start).toBeGreaterThanOrEqual(299);
  });

  it('goes on waiting when the server waits less long', async () => {
    const { client, streaming } = await startClientApp({ gateway: { maxWaitForMs: 1 } });
    const one = client();
    const run = one.execution('later', { waitForMs: LONG_MS });
    const done = run.finalText();
    for (let round = 0; round < 20; round += 1) await one.status();
    streaming.run(words, { executionId: 'later' });
    expect(await done).toBe('Nothing is lost.');
  });

  it('goes on waiting over a lost connection', async () => {
    const { client, network, streaming } = await startClientApp();
    const one = client();
    const run = one.execution('later', { waitForMs: LONG_MS });
    const done = run.finalText();
    await one.status();
    const again = connection(one, 'connected');
    network.cut();
    await again;
    await one.status();
    streaming.run(words, { executionId: 'later' });
    expect(await done).toBe('Nothing is lost.');
  });

  it('can be closed, and the others do not notice', async () => {
    const { client, streaming } = await startClientApp();
    const one = client();
    const [first, second] = [1, 2].map((n) => one.execution(`later-${n}`, { waitForMs: LONG_MS }));
    const done = [first?.done, second?.finalText()];
    await one.status();
    first?.close();
    await expect(done[0]).rejects.toMatchObject({ code: 'CLIENT_CLOSED' });
    streaming.run(words, { executionId: 'later-2' });
    expect(await done[1]).toBe('Nothing is lost.');
  });

  it('does not wait for an execution that it has followed', async () => {
    const { client, streaming } = await startClientApp();
    const run = client().execution('run', { waitForMs: LONG_MS });
    const subscribed = once(run, 'subscribed');
    streaming.run(() => new Promise(() => undefined), { executionId: 'run' });
    await subscribed;
    await streaming.cancel('run');
    expect(await run.done).toMatchObject({ state: 'cancelled' });
  });

  it('asks again where the server knows nothing of waiting', async () => {
    const gateway = await ScriptedGateway.start();
    onTestEnd(() => gateway.close());
    const client = gateway.connect();
    const run = client.execution('run-1', { waitForMs: LONG_MS });
    const done = run.done;
    for (let round = 0; round < 3; round += 1) {
      const { answer, payload } = await gateway.next('subscribe_execution');
      expect(payload).toMatchObject({ executionId: 'run-1' });
      expect((payload as { waitForMs: number }).waitForMs).toBeGreaterThan(0);
      const error = { code: 'EXECUTION_NOT_FOUND', message: 'no', retryable: false };
      answer({ ok: false, error });
    }
    const { socket } = await gateway.grant();
    sendUpdate(socket, control(1, 'workflow:end', { state: 'completed' }));
    expect(await done).toEqual({ state: 'completed' });
  });
});
