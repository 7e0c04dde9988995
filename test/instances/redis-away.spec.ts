import { describe, expect, it } from '@jest/globals';
import { createStreamingClient, type ConnectionState } from '../../src/client/index.js';
import { redisBackend } from '../../src/cluster/redis/index.js';
import { ERROR_CODES } from '../../src/protocol/error-codes.js';
import { until } from '../../src/testing/log-contract/support.js';
import { manualRun } from '../support/manual-run.js';
import { Inbox, next } from '../support/plain-client.js';
import { clientOf, ownPrefix } from '../support/redis-backends.js';
import { RedisServer } from '../support/redis-server.js';
import { onTestEnd, startApp, type StreamingApp } from '../support/streaming-app.js';
import { TcpProxy } from '../support/tcp-proxy.js';

/** An application whose Redis can be taken away. */
async function started(
  unavailableMs: number,
  maxWaitingBytes = 1_000_000,
): Promise<{ app: StreamingApp; network: TcpProxy; server: RedisServer }> {
  const server = await RedisServer.start();
  onTestEnd(() => server.stop());
  const network = await TcpProxy.start(server.port);
  onTestEnd(() => network.stop());
  const client = clientOf(network.url);
  const backend = redisBackend({ client, prefix: ownPrefix(), unavailableMs });
  const app = await startApp({ backend, gateway: {}, executions: { maxWaitingBytes } });
  onTestEnd(() => network.accept());
  return { app, network, server };
}

describe('while Redis is away', () => {
  it('an execution waits, and its viewers miss nothing', async () => {
    const { app, network } = await started(30_000);
    const { executionId, context, finish } = await manualRun(app);
    const viewer = app.connect();
    await next(viewer, 'connection_status');
    const inbox = new Inbox(viewer);
    await viewer.emitWithAck('subscribe_execution', { executionId });
    network.refuse();
    context.token('a');
    const finished = finish();
    await network.connections(8);
    network.accept();
    await finished;
    await inbox.ended();
    expect(inbox.brief.map(([type]) => type)).toEqual(['workflow:start', 'token', 'workflow:end']);
  });

  it('clients are told, also those that come meanwhile, and told when it is back', async () => {
    const { app, network } = await started(30_000);
    const statuses: string[] = [];
    app.connect().on('connection_status', ({ status }) => statuses.push(status));
    const client = createStreamingClient({ url: app.url });
    onTestEnd(() => client.close());
    const states: ConnectionState[] = [];
    client.on('connection', ({ state }) => states.push(state));
    await until(() => client.connection.state === 'connected' && statuses.length === 1);
    network.refuse();
    await until(() => client.connection.state === 'degraded');
    const late: string[] = [];
    app.connect().on('connection_status', ({ status }) => late.push(status));
    await until(() => late.length === 2);
    network.accept();
    await until(() => client.connection.state === 'connected');
    await until(() => late.length === 3);
    expect(states).toEqual(['connected', 'degraded', 'connected']);
    expect(statuses).toEqual(['connected', 'degraded', 'connected']);
    expect(late).toEqual(['connected', 'degraded', 'connected']);
  });

  it('clients are told when it refuses to write, as without memory', async () => {
    const { app, server } = await started(30_000);
    const statuses: string[] = [];
    app.connect().on('connection_status', ({ status }) => statuses.push(status));
    await until(() => statuses.length === 1);
    await server.command('CONFIG', 'SET', 'maxmemory', '1');
    await until(() => statuses.length === 2);
    await server.command('CONFIG', 'SET', 'maxmemory', '0');
    await until(() => statuses.length === 3);
    expect(statuses).toEqual(['connected', 'degraded', 'connected']);
  });

  it('an execution fails at last, which viewers are told when Redis is back', async () => {
    const { app, network } = await started(1_000);
    const { executionId, context, finish } = await manualRun(app);
    const viewer = app.connect({ reconnection: false });
    await next(viewer, 'connection_status');
    const inbox = new Inbox(viewer);
    await viewer.emitWithAck('subscribe_execution', { executionId });
    await inbox.until((updates) => updates.length === 1);
    network.refuse();
    context.token('a');
    await expect(finish()).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
    expect(context.signal.aborted).toBe(true);
    expect(await viewer.emitWithAck('subscribe_execution', { executionId: 'other' })).toMatchObject(
      {
        ok: false,
        error: { code: 'LOG_UNAVAILABLE', retryable: true },
      },
    );
    expect(viewer.connected).toBe(true);
    await expect(app.streaming.start(() => 'never', {})).rejects.toMatchObject({
      code: 'LOG_UNAVAILABLE',
    });
    network.accept();
    await inbox.ended();
    expect(inbox.brief.at(-1)).toEqual([
      'workflow:error',
      {
        state: 'failed',
        error: { code: 'LOG_UNAVAILABLE', message: ERROR_CODES.LOG_UNAVAILABLE.meaning },
      },
    ]);
    expect(viewer.connected).toBe(true);
  });

  it('an application does not start, and says why', async () => {
    const network = await TcpProxy.start(1);
    onTestEnd(() => network.stop());
    const backend = redisBackend({ client: clientOf(network.url), unavailableMs: 500 });
    await expect(startApp({ backend })).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE' });
  });
});
