import { describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { STREAM_LOG, type StreamLog } from '../../../src/entries/log.js';
import {
  StreamingError,
  StreamingGateway,
  StreamingHttpModule,
  StreamingWebSocketGateway,
  type ErrorMessage,
  type GatewayConnection,
} from '../../../src/index.js';
import { type AuthenticationStrategy } from '../../../src/entries/auth.js';
import { type Channel, type ErrorBody } from '../../../src/client/index.js';
import { roomChannel } from '../../../src/protocol/channel.js';
import { Deferred } from '../../support/deferred.js';
import { openEventStream } from '../../support/event-stream-client.js';
import { accepted, next, outcomeOf, refused } from '../../support/plain-client.js';
import { startApp, type PlainClient } from '../../support/streaming-app.js';
import { openTransport } from './raw-transport.js';
import { disconnected, secretRun, type SecureApp, startSecureApp, tokenOf } from './secure-app.js';

const ALICE = { principalId: 'alice', tenant: 'acme' };
const codeOf = (outcome: 'connected' | ErrorBody): string =>
  outcome === 'connected' ? outcome : outcome.code;

const attempt = async (
  app: SecureApp,
  auth: object,
  headers: Record<string, string> = {},
): Promise<string> =>
  codeOf(await outcomeOf(app.connect({ auth, extraHeaders: headers, reconnection: false })));

const attempts = async (app: SecureApp, ids: readonly string[]): Promise<string[]> => {
  const outcomes: string[] = [];
  for (const id of ids) outcomes.push(await attempt(app, { token: await tokenOf(id) }));
  return outcomes;
};

describe('connections', () => {
  it.each<[string, object, string[], string[]]>([
    [
      'in total',
      { maxConnections: 2 },
      ['a', 'b', 'c'],
      ['connected', 'connected', 'TOO_MANY_CONNECTIONS'],
    ],
    [
      'of one address',
      { maxConnectionsPerAddress: 2 },
      ['a', 'b', 'c'],
      ['connected', 'connected', 'TOO_MANY_CONNECTIONS'],
    ],
    [
      'of one principal',
      { maxConnectionsPerPrincipal: 1 },
      ['a', 'a', 'b'],
      ['connected', 'TOO_MANY_CONNECTIONS', 'connected'],
    ],
  ])('are limited %s', async (_, limits, ids, outcomes) => {
    expect(await attempts(await startSecureApp(limits), ids)).toEqual(outcomes);
  });

  it('of one address are limited whatever the client says of itself', async () => {
    const app = await startSecureApp({ maxConnectionsPerAddress: 1 });
    const outcomes: string[] = [];
    for (const address of ['1.1.1.1', '2.2.2.2']) {
      outcomes.push(
        await attempt(
          app,
          { token: await tokenOf('alice') },
          { 'x-forwarded-for': address, 'x-real-ip': address, forwarded: `for=${address}` },
        ),
      );
    }
    expect(outcomes).toEqual(['connected', 'TOO_MANY_CONNECTIONS']);
  });

  it('behind a trusted proxy are told apart by what the proxy appended', async () => {
    const app = await startSecureApp({ maxConnectionsPerAddress: 1, trustedProxies: 1 });
    const outcomes: string[] = [];
    for (const chain of ['1.1.1.1', '9.9.9.9, 1.1.1.1', '2.2.2.2']) {
      outcomes.push(
        await attempt(app, { token: await tokenOf('alice') }, { 'x-forwarded-for': chain }),
      );
    }
    expect(outcomes).toEqual(['connected', 'TOO_MANY_CONNECTIONS', 'connected']);
  });

  it('give their places back: after leaving, after a refusal, and in a storm of reconnects', async () => {
    const app = await startSecureApp({
      maxConnections: 5,
      maxConnectionsPerPrincipal: 5,
      rateLimit: { maxFailedAuthentications: 1000 },
    });
    for (let round = 0; round < 20; round += 1) {
      expect(await attempt(app, { token: 'garbage' })).toBe('AUTHENTICATION_FAILED');
      const clients = await Promise.all(Array.from({ length: 5 }, () => app.connectAs('alice')));
      for (const client of clients) client.io.engine.close();
      for (const client of clients) client.disconnect();
      await app.gateway.drainedTo(0);
      const last = await app.connectAs('alice');
      last.disconnect();
      await app.gateway.drainedTo(0);
    }
    expect(app.gateway.getStats().totalConnections).toBe(120);
  });

  it('that leave in the middle of the handshake take no place with them', async () => {
    const release = new Deferred();
    const started = new Deferred<AbortSignal>();
    let calls = 0;
    const slow: AuthenticationStrategy = {
      name: 'slow',
      authenticate: async (_, { signal }) => {
        calls += 1;
        if (calls > 1) return { id: 'alice', scopes: [], claims: {} };
        started.resolve(signal);
        await release.promise;
        return { id: 'ghost', scopes: [], claims: {} };
      },
    };
    const app = await startSecureApp({ authentication: { strategies: [slow] }, maxConnections: 1 });
    const ghost = await openTransport(app.url);
    ghost.send('40/streaming,{"token":"x"}');
    const signal = await started.promise;
    const aborted = new Promise<void>((resolve) =>
      signal.addEventListener('abort', () => resolve()),
    );
    ghost.close();
    await aborted;
    expect(await attempt(app, { token: 'x' })).toBe('connected');
    release.resolve();
    expect(app.gateway.getActiveConnections()).toMatchObject([{ principalId: 'alice' }]);
  });

  it('that never join the gateway are closed', async () => {
    const app = await startSecureApp({ connectTimeoutMs: 50 });
    const idle = await openTransport(app.url);
    await idle.closed;
    expect(app.gateway.getStats().totalConnections).toBe(0);
  });

  it('whose strategy does not answer are refused in time, and may try again', async () => {
    const strategies = [
      { name: 'never', authenticate: () => new Promise<undefined>(() => undefined) },
    ];
    const app = await startSecureApp({ authentication: { strategies, timeoutMs: 20 } });
    const outcome = await outcomeOf(app.connect({ auth: { token: 'x' }, reconnection: false }));
    expect(outcome).toMatchObject({ code: 'AUTHENTICATION_UNAVAILABLE', retryable: true });
  });
});

describe('messages before the handshake is over', () => {
  it.each([
    ['of the gateway', '42/streaming,1["subscribe_execution",{"executionId":"run"}]'],
    ['of the root namespace', '421["subscribe_execution",{"executionId":"run"}]'],
    ['that are no packet', '4x'],
    ['that are binary', Buffer.from([0, 255, 1, 2])],
  ])('%s close the transport, and are answered by nothing', async (_, packet) => {
    const authenticate = () => new Promise<undefined>(() => undefined);
    const app = await startSecureApp({
      authentication: { strategies: [{ name: 'slow', authenticate }] },
    });
    app.streaming.run(secretRun('x'), { executionId: 'run' });
    const raw = await openTransport(app.url);
    raw.send('40/streaming,{"token":"x"}');
    raw.send(packet);
    await raw.closed;
    expect(raw.received).toEqual([expect.stringMatching(/^0\{/)]);
    expect(app.gateway.getStats().totalConnections).toBe(0);
  });
});

describe('failed authentications', () => {
  const limits = { rateLimit: { maxFailedAuthentications: 3 } };
  const garbage = { token: 'garbage' };

  it('of one address are limited; a good credential has to wait too', async () => {
    const app = await startSecureApp(limits);
    const connected = await app.connectAs('bob');
    for (let index = 0; index < 3; index += 1)
      expect(await attempt(app, garbage)).toBe('AUTHENTICATION_FAILED');
    const outcome = await outcomeOf(
      app.connect({ auth: { token: await tokenOf('alice') }, reconnection: false }),
    );
    expect(outcome).toMatchObject({
      code: 'RATE_LIMITED',
      retryable: true,
      retryAfterMs: expect.any(Number),
    });
    accepted(await connected.emitWithAck('ping', {}));
  });

  it('are limited whatever address the client claims', async () => {
    const app = await startSecureApp(limits);
    const outcomes: string[] = [];
    for (let index = 0; index < 5; index += 1)
      outcomes.push(await attempt(app, garbage, { 'x-forwarded-for': `1.1.1.${index}` }));
    expect(outcomes.slice(3)).toEqual(['RATE_LIMITED', 'RATE_LIMITED']);
  });

  it('are limited on one transport as on many', async () => {
    const app = await startSecureApp(limits);
    const raw = await openTransport(app.url);
    for (let index = 0; index < 5; index += 1) {
      raw.send('40/streaming,{"token":"garbage"}');
      await raw.until(/^44\/streaming,/, index + 1);
    }
    const codes = raw.received.flatMap((message) => /"code":"(\w+)"/.exec(message)?.[1] ?? []);
    expect(codes).toEqual([
      ...Array.from({ length: 3 }, () => 'AUTHENTICATION_FAILED'),
      'RATE_LIMITED',
      'RATE_LIMITED',
    ]);
  });

  it('to renew are counted with them', async () => {
    const app = await startSecureApp(limits);
    const alice = await app.connectAs('alice');
    const codes: string[] = [];
    for (let index = 0; index < 4; index += 1)
      codes.push(refused(await alice.emitWithAck('authentication', garbage)));
    expect(codes).toEqual([
      'AUTHENTICATION_FAILED',
      'AUTHENTICATION_FAILED',
      'AUTHENTICATION_FAILED',
      'RATE_LIMITED',
    ]);
    expect(await attempt(app, { token: await tokenOf('bob') })).toBe('RATE_LIMITED');
  });

  it('do not count what was no guess', async () => {
    const app = await startSecureApp(limits);
    for (let index = 0; index < 5; index += 1) {
      expect(await attempt(app, {})).toBe('AUTHENTICATION_REQUIRED');
      expect(await attempt(app, { token: await tokenOf('alice', { exp: 1 }) })).toBe(
        'AUTHENTICATION_EXPIRED',
      );
    }
    expect(await attempt(app, { token: await tokenOf('alice') })).toBe('connected');
  });
});

describe('messages', () => {
  const send = async (
    client: Awaited<ReturnType<SecureApp['connectAs']>>,
    count: number,
    event: 'ping' | 'get_status' = 'ping',
  ) => {
    const answers = await Promise.all(
      Array.from({ length: count }, () => client.emitWithAck(event, {})),
    );
    return answers.map((answer) => (answer.ok ? 'ok' : answer.error.code));
  };

  it('over the limit are refused with the time to wait', async () => {
    const app = await startSecureApp({ rateLimit: { maxMessages: 3, windowMs: 60_000 } });
    const alice = await app.connectAs('alice');
    expect(await send(alice, 5)).toEqual(['ok', 'ok', 'ok', 'RATE_LIMITED', 'RATE_LIMITED']);
    const answer = await alice.emitWithAck('ping', {});
    expect(answer).toMatchObject({
      ok: false,
      error: { retryable: true, retryAfterMs: expect.any(Number) },
    });
    const error = next(alice, 'error');
    alice.emit('ping', {});
    expect(await error).toMatchObject({
      type: 'error',
      event: 'ping',
      code: 'RATE_LIMITED',
      data: { code: 'RATE_LIMITED' },
    });
  });

  it('over the limit have no effect', async () => {
    const app = await startSecureApp({ rateLimit: { maxMessages: 1, windowMs: 60_000 } });
    app.streaming.run(secretRun('x'), { executionId: 'run', owner: ALICE });
    const alice = await app.connectAs('alice');
    accepted(await alice.emitWithAck('ping', {}));
    expect(refused(await alice.emitWithAck('cancel_execution', { executionId: 'run' }))).toBe(
      'RATE_LIMITED',
    );
    expect(app.streaming.get('run')).toMatchObject({ state: 'interrupted' });
  });

  it('of all connections of a principal are counted together, and apart from others', async () => {
    const app = await startSecureApp({
      rateLimit: { maxMessagesPerPrincipal: 3, windowMs: 60_000 },
    });
    const [one, two, bob] = [
      await app.connectAs('alice'),
      await app.connectAs('alice'),
      await app.connectAs('bob'),
    ];
    expect(await send(one, 2)).toEqual(['ok', 'ok']);
    expect(await send(two, 2)).toEqual(['ok', 'RATE_LIMITED']);
    expect(await send(bob, 3)).toEqual(['ok', 'ok', 'ok']);
  });

  it('that go on regardless close the connection, and only that one', async () => {
    const app = await startSecureApp({ rateLimit: { maxMessages: 2, windowMs: 60_000 } });
    const [mallory, alice] = [await app.connectAs('mallory'), await app.connectAs('alice')];
    const gone = disconnected(mallory);
    for (let index = 0; index < 11; index += 1) mallory.emit('ping', {});
    expect(await gone).toBe('io server disconnect');
    accepted(await alice.emitWithAck('ping', {}));
  });

  it('that wait for a slow policy are as few as may come in a window, however slowly they come', async () => {
    const app = await startSecureApp({
      accessPolicy: { authorize: () => new Promise(() => undefined) },
      accessTimeoutMs: 60_000,
      rateLimit: { maxMessages: 5, windowMs: 1 },
    });
    const [mallory, alice] = [await app.connectAs('mallory'), await app.connectAs('alice')];
    for (let index = 0; index < 5; index += 1) {
      mallory.emit('cancel_execution', { executionId: `run-${index}` });
      accepted(await alice.emitWithAck('ping', {}));
    }
    expect(refused(await mallory.emitWithAck('ping', {}))).toBe('RATE_LIMITED');
    accepted(await alice.emitWithAck('ping', {}));
  });

  it('that the gateway does not know are counted and answered', async () => {
    const app = await startSecureApp({ rateLimit: { maxMessages: 2, windowMs: 60_000 } });
    const alice = await app.connectAs('alice');
    const emit = (event: string): Promise<{ ok: boolean; error: ErrorBody }> =>
      (alice.emitWithAck as (name: string, payload: object) => Promise<never>).call(
        alice,
        event,
        {},
      );
    const codes: string[] = [];
    for (const event of ['admin', '__proto__', 'constructor'])
      codes.push((await emit(event)).error.code);
    expect(codes).toEqual(['INVALID_PAYLOAD', 'INVALID_PAYLOAD', 'RATE_LIMITED']);
  });

  it('are not limited when told so', async () => {
    const app = await startSecureApp({ rateLimit: false });
    const answers = await send(await app.connectAs('alice'), 300);
    expect(answers).toEqual(Array.from({ length: 300 }, () => 'ok'));
  });

  it('of everybody keep their limits apart while authentication is off', async () => {
    const app = await startApp({
      gateway: { maxConnectionsPerPrincipal: 1, rateLimit: { maxMessagesPerPrincipal: 1 } },
    });
    const clients = [app.connect(), app.connect(), app.connect()];
    for (const client of clients) accepted(await client.emitWithAck('ping', {}));
  });
});

describe('a payload', () => {
  const nested = (depth: number): object =>
    JSON.parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`) as object;

  it.each<[string, string, unknown]>([
    ['nested too deeply', 'respond_interrupt', { executionId: 'run', value: nested(40) }],
    [
      'with a list of five thousand',
      'subscribe_events',
      { eventTypes: Array.from({ length: 5_000 }, () => 'token') },
    ],
    ['with a list of wrong types', 'subscribe_events', { eventTypes: [1, null, {}, []] }],
    ['with an id that is too long', 'subscribe_execution', { executionId: 'x'.repeat(257) }],
    ['with an empty id', 'subscribe_execution', { executionId: '' }],
    ['with an id that is an object', 'subscribe_execution', { executionId: { $gt: '' } }],
    ['with an id that is a list', 'join_room', { roomId: ['lobby'] }],
    ['with a binary id', 'subscribe_execution', { executionId: Buffer.from('run') }],
    ['that is binary', 'subscribe_execution', Buffer.from([0, 1, 2, 255])],
    ['that is a list', 'subscribe_execution', ['run']],
    ['that is a text', 'subscribe_execution', 'run'],
    ['that is null', 'cancel_execution', null],
    [
      'with a fractional cursor',
      'subscribe_execution',
      { executionId: 'run', options: { cursor: { epoch: 'e', sequence: 1.5 } } },
    ],
    [
      'with a negative cursor',
      'subscribe_execution',
      { executionId: 'run', options: { cursor: { epoch: 'e', sequence: -1 } } },
    ],
    [
      'with a cursor beyond counting',
      'subscribe_execution',
      { executionId: 'run', options: { cursor: { epoch: 'e', sequence: 2 ** 53 } } },
    ],
    [
      'with a reason of a novel',
      'cancel_execution',
      { executionId: 'run', reason: 'x'.repeat(513) },
    ],
  ])('%s is answered with a code and none of it', async (_, event, payload) => {
    const app = await startSecureApp();
    app.streaming.run(secretRun('x'), { executionId: 'run', owner: ALICE });
    const alice = await app.connectAs('alice');
    const answer = await (
      alice.emitWithAck as (name: string, payload: unknown) => Promise<{ error: ErrorBody }>
    ).call(alice, event, payload);
    expect(answer.error.code).toBe('INVALID_PAYLOAD');
    expect(answer.error.issues?.length).toBeLessThanOrEqual(10);
    expect(JSON.stringify(answer)).not.toMatch(/x{9}|\$gt/);
    expect(JSON.stringify(answer).length).toBeLessThan(2000);
    accepted(await alice.emitWithAck('ping', {}));
  });

  it('nested to exhaust the stack is answered too', async () => {
    const app = await startSecureApp();
    const raw = await openTransport(app.url);
    raw.send(`40/streaming,${JSON.stringify({ token: await tokenOf('alice') })}`);
    await raw.until(/^40\/streaming,/);
    const value = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    raw.send(`42/streaming,7["respond_interrupt",{"executionId":"run","value":${value}}]`);
    const [answer = ''] = await raw.until(/^43\/streaming,7/);
    expect(answer).toContain('"code":"INVALID_PAYLOAD"');
    expect(answer).toContain('is nested too deeply');
  });

  it('without an acknowledgement is answered by an error event', async () => {
    const app = await startSecureApp();
    const alice = await app.connectAs('alice');
    const error = next(alice, 'error');
    alice.emit('subscribe_execution', { executionId: 7 } as never);
    expect(await error).toMatchObject({
      event: 'subscribe_execution',
      code: 'INVALID_PAYLOAD',
      issues: [{ path: 'executionId' }],
    } satisfies Partial<Record<keyof ErrorMessage, unknown>>);
  });

  it.each([
    '{"executionId":"run","__proto__":{"polluted":true}}',
    '{"executionId":"run","constructor":{"prototype":{"polluted":true}}}',
    '{"executionId":"run","options":{"__proto__":{"from":"live","polluted":true}}}',
  ])('with pollution in its keys pollutes nothing: %s', async (json) => {
    const app = await startSecureApp();
    app.streaming.run(secretRun('x'), { executionId: 'run', owner: ALICE });
    const alice = await app.connectAs('alice');
    accepted(
      await alice.emitWithAck('subscribe_execution', JSON.parse(json) as { executionId: string }),
    );
    expect({}).not.toHaveProperty('polluted');
  });

  it('larger than allowed closes the connection of its sender only', async () => {
    const app = await startSecureApp({ maxPayloadBytes: 10_000 });
    const [mallory, alice] = [await app.connectAs('mallory'), await app.connectAs('alice')];
    const gone = disconnected(mallory);
    mallory.emit('ping', { bomb: 'x'.repeat(20_000) });
    expect(await gone).toMatch(/transport/);
    accepted(await alice.emitWithAck('ping', {}));
  });

  it('larger than allowed is logged once, however often it comes', async () => {
    const lines: unknown[] = [];
    const spy = jest
      .spyOn(Logger.prototype, 'warn')
      .mockImplementation((line: unknown) => void lines.push(line));
    const app = await startSecureApp({ maxPayloadBytes: 10_000 });
    for (let count = 0; count < 5; count += 1) {
      const mallory = await app.connectAs('mallory');
      const gone = disconnected(mallory);
      mallory.emit('ping', { bomb: 'x'.repeat(20_000) });
      await gone;
    }
    spy.mockRestore();
    expect(lines).toEqual([expect.stringContaining('larger than gateway.maxPayloadBytes (10000)')]);
  });

  it('with a long id is accepted when the limit says so', async () => {
    const app = await startSecureApp({ maxIdLength: 300 });
    const executionId = 'x'.repeat(300);
    app.streaming.run(secretRun('x'), { executionId, owner: ALICE });
    const alice = await app.connectAs('alice');
    accepted(await alice.emitWithAck('subscribe_execution', { executionId }));
  });
});

describe('what one client holds', () => {
  it('is limited: subscriptions and rooms', async () => {
    const app = await startSecureApp({
      maxSubscriptionsPerClient: 1,
      maxRoomsPerClient: 1,
      rooms: '*',
    });
    for (const executionId of ['one', 'two'])
      app.streaming.run(secretRun('x'), { executionId, owner: ALICE });
    const alice = await app.connectAs('alice');
    const subscribe = (executionId: string) =>
      alice.emitWithAck('subscribe_execution', { executionId });
    accepted(await subscribe('one'));
    accepted(await subscribe('one'));
    expect(refused(await subscribe('two'))).toBe('LIMIT_EXCEEDED');
    accepted(await alice.emitWithAck('join_room', { roomId: 'a' }));
    expect(refused(await alice.emitWithAck('join_room', { roomId: 'b' }))).toBe('LIMIT_EXCEEDED');
    accepted(await alice.emitWithAck('unsubscribe_execution', { executionId: 'one' }));
    accepted(await subscribe('two'));
  });

  it('does not grow by rooms that it may not join: they are not opened', async () => {
    @StreamingGateway()
    class ChoosyGateway extends StreamingWebSocketGateway {
      protected override onSubscribe(_connection: GatewayConnection, { id }: Channel): void {
        if (id === 'closed') throw new StreamingError('FORBIDDEN', 'Closed today.');
      }
    }
    const app = await startApp(
      { gateway: { maxRoomsPerClient: 1 } },
      { providers: [ChoosyGateway] },
    );
    const client = app.connect();
    const join = (roomId: string) => client.emitWithAck('join_room', { roomId });
    expect(refused(await join('closed'))).toBe('FORBIDDEN');
    accepted(await join('held'));
    expect(refused(await join('too-many'))).toBe('LIMIT_EXCEEDED');
    const log = app.app.get<StreamLog>(STREAM_LOG);
    const rooms = ['closed', 'held', 'too-many'];
    const opened = await Promise.all(rooms.map((id) => log.describe(roomChannel(id))));
    expect(opened.map((info) => info !== undefined)).toEqual([false, true, false]);
  });

  it('is nothing of rooms that nobody wrote to and nobody is in any more', async () => {
    const app = await startSecureApp({ rooms: 'room:*' });
    const log = app.app.get<StreamLog>(STREAM_LOG);
    const alice = await app.connectAs('alice');
    const isOpen = async (id: string) => (await log.describe(roomChannel(id))) !== undefined;
    for (let index = 0; index < 50; index += 1) {
      const roomId = `room:${index}`;
      accepted(await alice.emitWithAck('join_room', { roomId }));
      expect(await isOpen(roomId)).toBe(true);
      accepted(await alice.emitWithAck('leave_room', { roomId }));
      expect(await isOpen(roomId)).toBe(false);
    }
    accepted(await alice.emitWithAck('join_room', { roomId: 'room:written' }));
    await app.streaming.publish('room:written', 'custom', 1);
    accepted(await alice.emitWithAck('leave_room', { roomId: 'room:written' }));
    expect(await isOpen('room:written')).toBe(true);
  });

  it('is limited for all clients together: rooms', async () => {
    const app = await startSecureApp({ rooms: 'room:*', maxRooms: 2 });
    const [alice, bob] = [await app.connectAs('alice'), await app.connectAs('bob')];
    const join = (client: PlainClient, roomId: string) =>
      client.emitWithAck('join_room', { roomId });
    accepted(await join(alice, 'room:a'));
    accepted(await join(bob, 'room:b'));
    expect(refused(await join(bob, 'room:c'))).toBe('LIMIT_EXCEEDED');
    accepted(await join(bob, 'room:a'));
    accepted(await alice.emitWithAck('leave_room', { roomId: 'room:a' }));
    accepted(await bob.emitWithAck('leave_room', { roomId: 'room:a' }));
    accepted(await join(bob, 'room:c'));
  });

  it('is limited for all clients together: rooms that they join at the same time', async () => {
    const gate = new Deferred();
    let entered = 0;
    @StreamingGateway()
    class SlowGateway extends StreamingWebSocketGateway {
      protected override async onSubscribe(): Promise<void> {
        entered += 1;
        if (entered === 5) gate.resolve();
        await gate.promise;
      }
    }
    const app = await startApp(
      { gateway: { rooms: 'room:*', maxRooms: 2 } },
      { providers: [SlowGateway] },
    );
    const answers = await Promise.all(
      [1, 2, 3, 4, 5].map((room) =>
        app.connect().emitWithAck('join_room', { roomId: `room:${room}` }),
      ),
    );
    expect(answers.filter(({ ok }) => ok)).toHaveLength(2);
  });

  it('is limited for the clients of all transports together: rooms', async () => {
    const app = await startApp(
      { gateway: { rooms: 'room:*', maxRooms: 2 } },
      { imports: [StreamingHttpModule.forRoot()] },
    );
    const alice = app.connect();
    const join = (roomId: string) => alice.emitWithAck('join_room', { roomId });
    const read = (roomId: string) =>
      openEventStream(`${app.url}/streaming/rooms/${encodeURIComponent(roomId)}`);
    accepted(await join('room:a'));
    const stream = await read('room:b');
    expect(stream.status).toBe(200);
    // A room that clients of both are in is one room.
    expect((await read('room:a')).status).toBe(200);
    expect(refused(await join('room:c'))).toBe('LIMIT_EXCEEDED');
    expect((await read('room:c')).status).toBe(429);
    accepted(await join('room:b'));
  });
});
