import { describe, expect, it } from '@jest/globals';
import { Controller, Inject, Param, Sse } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { map, type Observable } from 'rxjs';
import { createStreamingClient } from '../../src/client/index.js';
import { deferred } from '../../src/common/deferred.js';
import {
  StreamingModule,
  StreamingService,
  StreamingWebSocketGateway,
  type ExecutionContext,
  type StreamSource,
  type StreamUpdate,
} from '../../src/index.js';
import { type GatewayNamespace } from '../../src/entries/gateway.js';
import { manualRun } from '../support/manual-run.js';
import { Inbox, next } from '../support/plain-client.js';
import { PollingClient } from '../support/polling-client.js';
import { stall } from '../support/stalled-client.js';
import { onTestEnd, startApp, startAppOf } from '../support/streaming-app.js';

/** Nothing that runs is waited for. */
const AT_ONCE = { gateway: {}, executions: { drainMs: 0, cleanupMs: 0 } };

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await new Promise(setImmediate);
};

/** Follows a run as an application writes it by itself. */
@Controller('updates')
class UpdatesController {
  constructor(@Inject(StreamingService) private readonly streaming: StreamingService) {}

  @Sse(':id')
  updates(@Param('id') id: string): Observable<{ data: StreamUpdate }> {
    return this.streaming.observe(id).pipe(map((data) => ({ data })));
  }
}

describe('closing the application', () => {
  it('tells viewers what became of their execution, and to reconnect', async () => {
    const app = await startApp(AT_ONCE);
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
    expect(inbox.brief).toEqual([
      ['workflow:start', { state: 'running' }],
      ['workflow:cancel', { state: 'cancelled', reason: 'The server is stopping.' }],
    ]);
  });

  it('lets an execution end that is running, whose viewers see the rest, and begins none', async () => {
    const app = await startApp({ gateway: {}, executions: { drainMs: 60_000 } });
    const client = app.connect({ reconnection: false });
    const inbox = new Inbox(client);
    const { executionId, context, finish } = await manualRun(app);
    await client.emitWithAck('subscribe_execution', { executionId });
    await inbox.until((updates) => updates.length === 1);
    const status = next(client, 'connection_status');
    const closed = app.app.close();
    expect(await status).toMatchObject({ status: 'draining' });
    expect(() => app.streaming.run(['late'])).toThrow(
      expect.objectContaining({ code: 'SERVER_SHUTDOWN', retryable: true }),
    );
    const late = app.connect({ reconnection: false });
    const refusal = await new Promise<Error & { data?: unknown }>((resolve) => {
      late.once('connect_error', resolve);
    });
    expect(refusal.data).toMatchObject({ code: 'SERVER_SHUTDOWN', retryable: true });
    context.emit('custom', 'the rest');
    expect(await finish()).toEqual({ state: 'completed' });
    await closed;
    expect(inbox.brief).toEqual([
      ['workflow:start', { state: 'running' }],
      ['custom', 'the rest'],
      ['workflow:end', { state: 'completed' }],
    ]);
  });

  it('does not wait for an execution that waits for an answer', async () => {
    const app = await startApp({ gateway: {}, executions: { drainMs: 60_000 } });
    const { executionId, done } = app.streaming.run({
      run: async () => ({ state: 'interrupted', interrupts: [{ id: 'q', value: '?' }] }),
    });
    for await (const { type } of app.streaming.follow(executionId)) if (type === 'interrupt') break;
    await app.app.close();
    expect(await done).toEqual({ state: 'cancelled', reason: 'The server is stopping.' });
  });

  it.each<[string, (saved: () => void) => StreamSource]>([
    [
      'a generator',
      (saved) =>
        (async function* () {
          try {
            for (;;) {
              yield 'part';
              await turns(1);
            }
          } finally {
            await turns(20);
            saved();
          }
        })(),
    ],
    [
      'a function',
      (saved) =>
        async ({ signal, token }: ExecutionContext) => {
          try {
            while (!signal.aborted) {
              token('part');
              await turns(1);
            }
          } finally {
            await turns(20);
            saved();
          }
        },
    ],
  ])('waits until %s has cleaned up', async (_, source) => {
    const app = await startApp({ executions: { drainMs: 0, cleanupMs: 60_000 } });
    let isSaved = false;
    const { executionId } = app.streaming.run(source(() => (isSaved = true)));
    for await (const { type } of app.streaming.follow(executionId)) if (type === 'token') break;
    await app.app.close();
    expect(isSaved).toBe(true);
  });

  it('waits no longer than it may for a source that does not stop', async () => {
    const app = await startApp({ executions: { drainMs: 0, cleanupMs: 20 } });
    const { done } = app.streaming.run(() => new Promise(() => undefined));
    await app.app.close();
    expect(await done).toMatchObject({ state: 'cancelled' });
  });

  it.each([
    ['Express', undefined],
    ['Fastify', () => new FastifyAdapter()],
  ])('ends responses that follow a run or a room, on %s', async (_, adapter) => {
    const app = await startAppOf(
      {
        imports: [StreamingModule.forRoot({ executions: { drainMs: 0 } })],
        controllers: [UpdatesController],
      },
      adapter ? { httpAdapter: adapter() } : {},
    );
    const { executionId } = await manualRun(app);
    const response = await fetch(`${app.url}/updates/${executionId}`);
    const text = response.text();
    await app.app.close();
    expect(await text).toContain('workflow:start');
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

  it('leaves no timer of a polling client that was lost', async () => {
    const timers = (): number =>
      process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const app = await startApp();
    const { server } = app.app.get<{ server: GatewayNamespace }>(StreamingWebSocketGateway);
    const lost = new Promise((resolve) =>
      server.once('connection', (socket) => socket.once('disconnect', resolve)),
    );
    const client = new PollingClient(app.url);
    await client.connect();
    // It breaks the protocol while it does not poll.
    await client.send('?');
    expect(await lost).toBe('parse error');
    await app.app.close();
    expect(timers()).toBe(before);
  });

  it('does not wait for a client that reads nothing', async () => {
    const app = await startApp(AT_ONCE);
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
    const first = await startApp(AT_ONCE);
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
