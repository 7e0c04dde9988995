import { describe, expect, it } from '@jest/globals';
import { createClient } from 'redis';
import {
  CustomStrategy,
  EventStreamProcessorService,
  GatewayAuthenticationService,
  TicketStrategy,
  WebSocketBridgeService,
  TokenStreamingService,
  type ExecutionHandle,
  type StreamingModuleOptions,
} from '../../src/index.js';
import {
  memoryBackend,
  MemoryStreamLog,
  type StreamingBackendFactory,
} from '../../src/entries/log.js';
import { redisBackend } from '../../src/cluster/redis/index.js';
import { MemoryTicketStore } from '../../src/entries/auth.js';
import {
  ACKNOWLEDGMENT_REQUESTER,
  type AcknowledgmentRequester,
} from '../../src/decorators/acknowledgment.js';
import { DecoratorRuntime } from '../../src/decorators/decorator-runtime.js';
import { executionChannel } from '../../src/protocol/channel.js';
import { manualRun } from '../support/manual-run.js';
import { Inbox, next, refused } from '../support/plain-client.js';
import { startApp, type PlainClient, type StreamingApp } from '../support/streaming-app.js';
import { describeInstances } from './support/backends.js';
import { by, connected } from './support/viewers.js';

const owner = { principalId: 'ada' };

/** A run that asks a question, and completes with the answer. */
function asks(app: StreamingApp): Promise<ExecutionHandle> {
  return app.streaming.start(
    {
      run: async () => ({ state: 'interrupted', interrupts: [{ id: 'q', value: 'Send it?' }] }),
      resume: async (_context, { value }) => ({ state: 'completed', result: value }),
    },
    { owner },
  );
}

/** Options of an instance at which nobody gets in. */
const failing = (): StreamingModuleOptions => ({
  gateway: { authentication: { strategies: [new CustomStrategy(() => undefined)] } },
});

const refusalOf = async (client: PlainClient): Promise<Record<string, unknown>> =>
  new Promise((resolve) => {
    client.once('connect_error', (error: Error & { data?: Record<string, unknown> }) =>
      resolve(error.data ?? {}),
    );
  });

describeInstances('an execution that runs in another instance', (instances) => {
  const twoInstances = async (options = by): Promise<[StreamingApp, StreamingApp]> => {
    const { start } = instances();
    return [await start(options()), await start(options())];
  };

  it('is cancelled by a client, and every viewer learns of it', async () => {
    const [one, other] = await twoInstances();
    const { executionId, context } = await manualRun(one, { owner });
    const clients = [await connected(one), await connected(other)];
    const inboxes = clients.map((client) => new Inbox(client));
    for (const client of clients) await client.emitWithAck('subscribe_execution', { executionId });
    const [, there] = clients;
    expect(
      await there?.emitWithAck('cancel_execution', { executionId, reason: 'enough' }),
    ).toMatchObject({ ok: true });
    for (const inbox of inboxes) {
      await inbox.ended();
      expect(inbox.brief).toEqual([
        ['workflow:start', { state: 'running' }],
        ['workflow:cancel', { state: 'cancelled', reason: 'enough' }],
      ]);
    }
    expect(context.signal.aborted).toBe(true);
    await expect(other.streaming.cancel(executionId)).rejects.toMatchObject({
      code: 'EXECUTION_NOT_ACTIVE',
    });
  });

  it('is answered by a client, once', async () => {
    const [one, other] = await twoInstances();
    const { executionId, done } = await asks(one);
    const client = await connected(other);
    const inbox = new Inbox(client);
    await client.emitWithAck('subscribe_execution', { executionId });
    await inbox.until((updates) => updates.some(({ type }) => type === 'interrupt'));
    const answer = { executionId, interruptId: 'q', value: 'yes' };
    const [first, second] = await Promise.all([
      client.emitWithAck('respond_interrupt', answer),
      client.emitWithAck('respond_interrupt', answer),
    ]);
    expect([first.ok, second.ok]).toEqual([true, false]);
    expect(await done).toEqual({ state: 'completed', result: 'yes' });
  });

  it('has a status, with its questions', async () => {
    const [one, other] = await twoInstances();
    const { executionId } = await asks(one);
    const client = await connected(other);
    const inbox = new Inbox(client);
    await client.emitWithAck('subscribe_execution', { executionId });
    await inbox.until((updates) => updates.some(({ type }) => type === 'interrupt'));
    const status = { state: 'interrupted', interrupts: [{ id: 'q', value: 'Send it?' }] };
    expect(await other.streaming.status(executionId)).toMatchObject(status);
    expect(await client.emitWithAck('get_status', { executionId })).toMatchObject({
      ok: true,
      execution: status,
    });
    await other.streaming.respond(executionId, { value: 'yes' });
    await inbox.ended();
    const ended = await other.streaming.status(executionId);
    expect(ended).toMatchObject({ state: 'completed', endedAt: expect.any(Number) });
    expect(ended).not.toHaveProperty('interrupts');
  });

  it('runs once, though both start it', async () => {
    const [one, other] = await twoInstances();
    const { finish } = await manualRun(one, { executionId: 'job' });
    let works = 0;
    await expect(
      other.streaming.start(() => (works += 1), { executionId: 'job' }),
    ).rejects.toMatchObject({ code: 'EXECUTION_EXISTS' });
    expect(await other.streaming.status('job')).toMatchObject({ state: 'running' });
    expect(works).toBe(0);
    await finish();
  });

  it('tells a foreign client nothing, whatever it asks', async () => {
    const [one, other] = await twoInstances();
    const { executionId, finish } = await manualRun(one, { owner });
    const eve = await connected(other, 'eve');
    for (const id of [executionId, 'missing'])
      expect(refused(await eve.emitWithAck('cancel_execution', { executionId: id }))).toBe(
        'EXECUTION_NOT_FOUND',
      );
    await finish();
  });

  it('takes tokens and events that are streamed by hand here, in its own order', async () => {
    const [one, other] = await twoInstances();
    const { executionId, context, finish } = await manualRun(one, { owner });
    const client = await connected(one);
    const inbox = new Inbox(client);
    await client.emitWithAck('subscribe_execution', { executionId });
    const tokens = other.app.get(TokenStreamingService);
    await tokens.initializeTokenStream({ executionId, nodeId: 'helper' });
    tokens.streamToken(executionId, 'helper', 'from elsewhere');
    await tokens.closeExecutionTokenStreams(executionId);
    await other.app
      .get(EventStreamProcessorService)
      .processEvent(executionId, { type: 'events', data: 'an event' });
    await other.app
      .get(WebSocketBridgeService)
      .broadcastToExecution(executionId, { type: 'events', data: 'a broadcast' });
    expect(context.signal.aborted).toBe(false);
    await finish();
    await inbox.ended();
    expect(inbox.brief).toEqual([
      ['workflow:start', { state: 'running' }],
      ['token', { content: 'from elsewhere' }],
      ['events', 'an event'],
      ['events', 'a broadcast'],
      ['workflow:end', { state: 'completed' }],
    ]);
  });

  it('takes what a decorated method streams here, and is not ended by it', async () => {
    const [one, other] = await twoInstances();
    const { executionId, finish } = await manualRun(one, { owner });
    const client = await connected(one);
    const inbox = new Inbox(client);
    await client.emitWithAck('subscribe_execution', { executionId });
    const { executions, leases } = other.app.get(DecoratorRuntime);
    const lease = leases.acquire([{ executionId }]);
    lease.execution.context.token('decorated');
    lease.release();
    await lease.execution.done;
    expect(await other.streaming.status(executionId)).toMatchObject({ state: 'running' });
    expect(executions.get(executionId)).toBeUndefined();
    await finish();
    await inbox.ended();
    expect(inbox.brief.map(([type, data]) => [type, data])).toEqual([
      ['workflow:start', { state: 'running' }],
      ['token', { content: 'decorated' }],
      ['workflow:end', { state: 'completed' }],
    ]);
  });

  it('says with a code that it has ended, whoever adds to it', async () => {
    const [one, other] = await twoInstances();
    const { executionId, finish } = await manualRun(one, { owner });
    await finish();
    const update = { type: 'events', data: 'late' } as const;
    const NOT_ACTIVE = { code: 'EXECUTION_NOT_ACTIVE' };
    await expect(
      other.app.get(EventStreamProcessorService).processEvent(executionId, update),
    ).rejects.toMatchObject(NOT_ACTIVE);
    await expect(
      other.app.get(WebSocketBridgeService).broadcastToExecution(executionId, update),
    ).rejects.toMatchObject(NOT_ACTIVE);
    await expect(
      other.app.get(TokenStreamingService).initializeTokenStream({ executionId, nodeId: 'a' }),
    ).rejects.toMatchObject({ code: 'EXECUTION_EXISTS' });
  });

  it('is told to a client in this process that was registered before it began', async () => {
    const [one, other] = await twoInstances();
    const subject = other.app
      .get(WebSocketBridgeService)
      .registerClient('early', { executionId: 'later' });
    const types: string[] = [];
    const ended = new Promise((resolve) => {
      subject.subscribe(({ type }) => {
        types.push(type);
        if (type === 'workflow:end') resolve(undefined);
      });
    });
    await (
      await one.streaming.start(() => 1, { executionId: 'later' })
    ).done;
    await ended;
    expect(types).toEqual(['workflow:start', 'workflow:end']);
  });
});

describeInstances('clients of another instance', (instances) => {
  const twoInstances = async (options = by): Promise<[StreamingApp, StreamingApp]> => {
    const { start } = instances();
    return [await start(options()), await start(options())];
  };

  it('are sent an update', async () => {
    const [one, other] = await twoInstances();
    const client = await connected(other);
    const inbox = new Inbox(client);
    const bridge = one.app.get(WebSocketBridgeService);
    const update = { type: 'events', data: 'for you' } as const;
    expect(await bridge.sendToClient(client.id ?? '', update)).toBe(true);
    await inbox.until((updates) => updates.length === 1);
    expect(inbox.brief).toEqual([['events', 'for you']]);
    expect(await bridge.sendToClient('nobody', update)).toBe(false);
  });

  it('are asked whether they have all of an execution', async () => {
    const [one, other] = await twoInstances();
    const { executionId, finish } = await manualRun(one, { owner });
    const clients = [await connected(one), await connected(other), await connected(other)];
    for (const client of clients) await client.emitWithAck('subscribe_execution', { executionId });
    for (const client of clients.slice(0, 2))
      client.on('acknowledgment_request', (_request, acknowledge) => acknowledge());
    const requester = one.app.get<AcknowledgmentRequester>(ACKNOWLEDGMENT_REQUESTER);
    const channel = executionChannel(executionId);
    const answers = await requester.requestAcknowledgments(channel, { timeoutMs: 200 });
    const idsOf = (asked: readonly { readonly clientId: string }[]): unknown[] =>
      asked.map(({ clientId }) => clientId);
    expect(idsOf(answers.acknowledged)).toEqual(clients.slice(0, 2).map(({ id }) => id));
    expect(idsOf(answers.missing)).toEqual([clients[2]?.id]);
    await finish();
  });

  it('lose their connections when their principal is revoked', async () => {
    const [one, other] = await twoInstances();
    const clients = [await connected(one), await connected(other), await connected(other, 'eve')];
    const gone = clients.map(
      (client) => new Promise((resolve) => client.once('disconnect', resolve)),
    );
    const authentication = one.app.get(GatewayAuthenticationService);
    expect(await authentication.revoke({ id: 'ada' }, { refuseForMs: 60_000 })).toBe(2);
    await Promise.all(gone.slice(0, 2));
    expect(clients[2]?.connected).toBe(true);
    const again = other.connect({ auth: { token: 'ada' }, reconnection: false });
    expect(await refusalOf(again)).toMatchObject({ code: 'AUTHENTICATION_REVOKED' });
  });

  it('use tickets that this instance issued, once', async () => {
    const strategies = [new TicketStrategy(), new TicketStrategy()];
    let index = 0;
    const [one, other] = await twoInstances(() => ({
      gateway: { authentication: { strategies: [strategies[(index += 1) - 1] as TicketStrategy] } },
    }));
    const ticket = await strategies[0]?.issue({ id: 'ada', scopes: [], claims: {} });
    const client = other.connect({ auth: { ticket: ticket?.ticket ?? '' } });
    await next(client, 'connection_status');
    const again = one.connect({ auth: { ticket: ticket?.ticket ?? '' }, reconnection: false });
    await new Promise((resolve) => {
      again.once('connect_error', resolve);
    });
  });

  it('use tickets of strategies that are given as classes, also before the first client connects', async () => {
    const { start } = instances();
    const startOne = (): Promise<StreamingApp> =>
      start(
        { gateway: { authentication: { strategies: [TicketStrategy] } } },
        { providers: [TicketStrategy] },
      );
    const [one, other] = [await startOne(), await startOne()];
    const { ticket } = await one.app
      .get(TicketStrategy)
      .issue({ id: 'ada', scopes: [], claims: {} });
    await next(other.connect({ auth: { ticket } }), 'connection_status');
  });

  it('are refused by an instance that was started after their principal was revoked', async () => {
    const { start } = instances();
    const one = await start(by());
    await one.app.get(GatewayAuthenticationService).revoke({ id: 'ada' }, { refuseForMs: 60_000 });
    const later = await start(by());
    const client = later.connect({ auth: { token: 'ada' }, reconnection: false });
    expect(await refusalOf(client)).toMatchObject({ code: 'AUTHENTICATION_REVOKED' });
    await connected(later, 'eve');
  });

  it('are refused after their instance was cut off while their principal was revoked', async () => {
    const { start, vanish, reappear } = instances();
    const [one, other] = [await start(by()), await start(by())];
    const [client, eve] = [await connected(other), await connected(other, 'eve')];
    const gone = next(client, 'disconnect');
    await vanish(other);
    const authentication = one.app.get(GatewayAuthenticationService);
    for (;;) {
      // Until the lease of the other is over it may still be there.
      const revoked = authentication.revoke({ id: 'ada' }, { refuseForMs: 60_000 });
      const [outcome] = await Promise.allSettled([revoked]);
      if (outcome.status === 'fulfilled') break;
      expect(outcome.reason).toMatchObject({ code: 'INSTANCE_UNREACHABLE' });
    }
    expect(client.connected).toBe(true);
    await reappear(other);
    await gone;
    expect(eve.connected).toBe(true);
  });

  it('count together, as connections of one principal', async () => {
    const [one, other] = await twoInstances(() => ({
      gateway: { ...by().gateway, maxConnectionsPerPrincipal: 2 },
    }));
    const first = await connected(one);
    await connected(other);
    const third = other.connect({ auth: { token: 'ada' }, reconnection: false });
    expect(await refusalOf(third)).toMatchObject({ code: 'TOO_MANY_CONNECTIONS' });
    await connected(other, 'eve');
    first.disconnect();
    for (;;) {
      const again = one.connect({ auth: { token: 'ada' }, reconnection: false });
      const outcome = await Promise.race([
        refusalOf(again).then(() => 'refused'),
        next(again, 'connection_status').then(() => 'connected'),
      ]);
      if (outcome === 'connected') break;
    }
  });

  it('count together, as failed authentications of one address', async () => {
    const [one, other] = await twoInstances(() => ({
      gateway: { ...failing().gateway, rateLimit: { maxFailedAuthentications: 2 } },
    }));
    const codes = [];
    for (const app of [one, other, one, other]) {
      const client = app.connect({ auth: { token: 'wrong' }, reconnection: false });
      codes.push((await refusalOf(client))['code']);
    }
    expect(codes).toEqual([
      'AUTHENTICATION_FAILED',
      'AUTHENTICATION_FAILED',
      'RATE_LIMITED',
      'RATE_LIMITED',
    ]);
  });
});

describe('options that contradict a backend', () => {
  const backends: readonly (readonly [string, StreamingBackendFactory])[] = [
    ['in memory', memoryBackend()],
    ['in Redis', redisBackend({ client: createClient() })],
  ];

  it.each(backends)('fail the boot, %s', async (_where, backend) => {
    const bounds = { maxEntries: 1, maxBytes: 1, retentionMs: 1, roomIdleMs: 1 };
    const store = new MemoryStreamLog(bounds);
    await expect(startApp({ backend, log: { store } })).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      issues: [expect.objectContaining({ path: 'log.store' })],
    });
    const strategies = [new TicketStrategy({ store: new MemoryTicketStore() })];
    await expect(
      startApp({ backend, gateway: { authentication: { strategies } } }),
    ).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
  });

  it('fail the boot also if a strategy is given as a class', async () => {
    const useFactory = (): TicketStrategy => new TicketStrategy({ store: new MemoryTicketStore() });
    await expect(
      startApp(
        {
          backend: memoryBackend(),
          gateway: { authentication: { strategies: [TicketStrategy] } },
        },
        { providers: [{ provide: TicketStrategy, useFactory }] },
      ),
    ).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      message: expect.stringContaining('"ticket" has a ticket `store`'),
    });
  });
});
