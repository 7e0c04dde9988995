import { describe, expect, it } from '@jest/globals';
import { createClient } from 'redis';
import {
  CustomStrategy,
  GatewayAuthenticationService,
  TicketStrategy,
  WebSocketBridgeService,
  type StreamingModuleOptions,
  type WebSocketGatewayOptions,
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
import { executionChannel } from '../../src/protocol/channel.js';
import { manualRun } from '../support/manual-run.js';
import { Inbox, next, refused } from '../support/plain-client.js';
import { describeInstances, type Instances } from './support/backends.js';
import { startApp, type PlainClient, type StreamingApp } from '../support/streaming-app.js';

const gateway = (): WebSocketGatewayOptions => ({
  authentication: {
    strategies: [new CustomStrategy(({ token = '' }) => ({ id: token, scopes: [], claims: {} }))],
  },
});

type TwoInstances = (
  options?: () => StreamingModuleOptions,
) => Promise<[StreamingApp, StreamingApp]>;

/** Two applications that behave as two instances of one. */
function two(instances: () => Promise<Instances>): TwoInstances {
  return async (options = () => ({ gateway: gateway() })) => {
    const { start } = await instances();
    return [await start(options()), await start(options())];
  };
}

async function connected(app: StreamingApp, token = 'ada'): Promise<PlainClient> {
  const client = app.connect({ auth: { token }, reconnection: false });
  await next(client, 'connection_status');
  return client;
}

const owner = { principalId: 'ada' };

/** A run that asks a question, and completes with the answer. */
function asks(app: StreamingApp): { executionId: string; done: Promise<unknown> } {
  return app.streaming.run(
    {
      run: async () => ({ state: 'interrupted', interrupts: [{ id: 'q', value: 'Send it?' }] }),
      resume: async (_context, { value }) => ({ state: 'completed', result: value }),
    },
    { owner },
  );
}

describeInstances('an execution that runs in another instance', (instances) => {
  const twoInstances = two(instances);

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
    const { executionId, done } = asks(one);
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
    const { executionId } = asks(one);
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
});

describeInstances('clients of another instance', (instances) => {
  const twoInstances = two(instances);

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
    const refusal = await new Promise<Error & { data?: unknown }>((resolve) => {
      again.once('connect_error', resolve);
    });
    expect(refusal.data).toMatchObject({ code: 'AUTHENTICATION_REVOKED' });
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
});

describe('options that contradict a backend', () => {
  const backends: readonly (readonly [string, StreamingBackendFactory])[] = [
    ['memory', memoryBackend()],
    ['Redis', redisBackend({ client: createClient() })],
  ];

  it.each(backends)('fail the boot, with the backend in %s', async (_name, backend) => {
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
});
