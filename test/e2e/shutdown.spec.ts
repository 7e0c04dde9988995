import { describe, expect, it } from '@jest/globals';
import { createStreamingClient } from '../../src/client/index.js';
import { deferred } from '../../src/common/deferred.js';
import { StreamingWebSocketGateway, type GatewayNamespace } from '../../src/index.js';
import { Inbox, next } from '../support/plain-client.js';
import { stall } from '../support/stalled-client.js';
import { onTestEnd, startApp } from '../support/streaming-app.js';

describe('closing the application', () => {
  it('tells viewers to reconnect, not that their execution was cancelled', async () => {
    const app = await startApp();
    const client = app.connect({ reconnection: false });
    const inbox = new Inbox(client);
    const aborted = deferred<undefined>();
    const { executionId, done } = app.streaming.run(({ signal }) => {
      signal.addEventListener('abort', () => aborted.resolve(undefined));
      return new Promise(() => undefined);
    });
    await client.emitWithAck('subscribe_execution', { executionId });
    await inbox.until((updates) => updates.length === 1);
    const status = next(client, 'connection_status');
    const reason = new Promise((resolve) => client.once('disconnect', resolve));
    await app.app.close();
    expect(await status).toMatchObject({ status: 'draining' });
    // Any reason but "io server disconnect" makes a Socket.IO client reconnect by itself.
    expect(await reason).toBe('transport close');
    await aborted.promise;
    expect(await done).toEqual({ state: 'cancelled', reason: 'The server is stopping.' });
    expect(inbox.brief).toEqual([['workflow:start', { state: 'running' }]]);
  });

  it('reaches polling clients too, with the poll that comes next', async () => {
    const app = await startApp();
    const client = app.connect({ transports: ['polling'], reconnection: false });
    await client.emitWithAck('ping', {});
    const status = next(client, 'connection_status');
    const gone = new Promise((resolve) => client.once('disconnect', resolve));
    const { server } = app.app.get<{ server: GatewayNamespace }>(StreamingWebSocketGateway);
    const engine = server.server.engine as { readonly clientsCount: number };
    expect(engine.clientsCount).toBe(1);
    await app.app.close();
    expect(engine.clientsCount).toBe(0);
    expect(await status).toMatchObject({ status: 'draining' });
    await gone;
  });

  it('does not wait for a client that reads nothing', async () => {
    const app = await startApp();
    const client = app.connect({ reconnection: false });
    const inbox = new Inbox(client);
    const streamed = deferred<undefined>();
    const { executionId } = app.streaming.run(async ({ emit, ready, signal }) => {
      while (!signal.aborted) {
        emit('custom', 'x'.repeat(16_384));
        await ready();
        streamed.resolve(undefined);
      }
    });
    await client.emitWithAck('subscribe_execution', { executionId });
    await inbox.until((updates) => updates.length > 0);
    stall(client);
    await streamed.promise;
    await app.app.close();
    expect(app.app.getHttpServer().listening).toBe(false);
  });

  it('lets a client that reconnects to a new server learn that nothing could be recovered', async () => {
    const first = await startApp();
    const { executionId } = first.streaming.run(() => new Promise(() => undefined), {
      executionId: 'run',
    });
    const client = createStreamingClient({
      url: first.url,
      reconnection: { minDelayMs: 1, maxDelayMs: 5 },
    });
    onTestEnd(() => client.close());
    const run = client.execution(executionId);
    await new Promise<void>((resolve) => {
      run.on('update', () => resolve());
    });
    const { cursor } = run;
    client.close();
    await first.app.close();

    const second = await startApp();
    second.streaming.run(['a new life'], { executionId: 'run' });
    const again = createStreamingClient({ url: second.url });
    onTestEnd(() => again.close());
    const resumed = again.execution(executionId, cursor ? { cursor } : {});
    const reset = new Promise((resolve) => {
      resumed.on('reset', resolve);
    });
    await resumed.done;
    expect(await reset).toMatchObject({ recovered: false, cursor: { sequence: 0 } });
    expect([resumed.text, resumed.recovered]).toEqual(['a new life', false]);
  });
});
