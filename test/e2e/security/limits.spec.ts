import { describe, expect, it } from '@jest/globals';
import { STREAM_LOG, type StreamLog } from '../../../src/entries/log.js';
import {
  StreamingError,
  StreamingGateway,
  StreamingHttpModule,
  StreamingWebSocketGateway,
  type GatewayConnection,
} from '../../../src/index.js';
import { type Channel, type ErrorBody } from '../../../src/client/index.js';
import { roomChannel } from '../../../src/protocol/channel.js';
import { Deferred } from '../../support/deferred.js';
import { openEventStream } from '../../support/event-stream-client.js';
import { accepted, next, refused } from '../../support/plain-client.js';
import { startApp, type PlainClient } from '../../support/streaming-app.js';
import { disconnected, secretRun, type SecureApp, startSecureApp } from './secure-app.js';

const ALICE = { principalId: 'alice', tenant: 'acme' };

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
