import type { Server, ServerResponse } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { startHttpApp } from './http-app.js';
import {
  GatewayAuthenticationService,
  GatewayConnectionManager,
  StreamingGateway,
  StreamingWebSocketGateway,
  WebSocketBridgeService,
  type StreamUpdate,
} from '../../../src/index.js';
import { MemoryStreamLog } from '../../../src/entries/log.js';
import { targetOf } from '../../../src/entries/auth.js';
import { type SubscriptionAnswer } from '../../../src/client/index.js';
import type { UpdateContent } from '../../../src/log/log-entry.js';
import { type EventStreamClient } from '../../support/event-stream-client.js';
import { deferred } from '../../../src/common/deferred.js';
import { oneTo } from '../../support/plain-client.js';

const asked: string[] = [];

@StreamingGateway()
class RedactingGateway extends StreamingWebSocketGateway {
  protected override beforeDeliver(update: StreamUpdate): UpdateContent | undefined {
    asked.push(update.type);
    if (update.type === 'debug') return undefined;
    return update.type === 'custom' ? { ...update, data: 'redacted' } : update;
  }
}

const ADA = { principalId: 'ada' };

const has = (client: EventStreamClient, wanted: unknown): boolean =>
  client.updates.some(({ data }) => data === wanted);

describe.each(['express', 'fastify'] as const)('an event stream on %s', (platform) => {
  it('has the whole execution, live and from the log, and ends with it', async () => {
    const app = await startHttpApp({ platform });
    const go = deferred<void>();
    const { executionId } = app.streaming.run(
      async ({ token, emit }) => {
        emit('events', 1);
        await go.promise;
        token('Hello');
      },
      { owner: ADA },
    );
    const live = await app.open(`/streaming/executions/${executionId}`);
    expect([live.status, live.response.headers['content-type']]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
    ]);
    await live.until(() => has(live, 1));
    go.resolve();
    await live.ended();
    const late = await app.open(`/streaming/executions/${executionId}`);
    await late.ended();
    for (const client of [live, late]) {
      expect(client.updates.map(({ type, metadata }) => [type, metadata.sequenceNumber])).toEqual([
        ['workflow:start', 1],
        ['events', 2],
        ['token', 3],
        ['workflow:end', 4],
      ]);
      const [confirmed, ...updates] = client.events;
      const [{ cursor }] = client.named('subscription_confirmed') as [SubscriptionAnswer];
      expect(confirmed).toMatchObject({
        event: 'subscription_confirmed',
        id: `${cursor.epoch}:0`,
        data: { executionId, recovered: true },
      });
      expect(updates.map(({ id }) => id)).toEqual([1, 2, 3, 4].map((n) => `${cursor.epoch}:${n}`));
    }
  });

  it('goes on after the last event that the client had, and says when there is no more', async () => {
    const app = await startHttpApp({ platform });
    const { executionId, done } = app.streaming.run(
      async ({ emit }) => {
        emit('events', 1);
        emit('events', 2);
      },
      { owner: ADA },
    );
    await done;
    const path = `/streaming/executions/${executionId}`;
    const first = await app.open(path);
    await first.ended();
    const [, , one, , end] = first.events;
    const resumed = await app.open(path, 'ada', { 'last-event-id': one?.id ?? '' });
    await resumed.ended();
    expect(resumed.updates.map(({ metadata }) => metadata.sequenceNumber)).toEqual([3, 4]);
    const over = await app.open(path, 'ada', { 'last-event-id': end?.id ?? '' });
    await over.ended();
    expect([over.status, over.events]).toEqual([204, []]);
  });

  it('keeps the headers of the application, such as those of CORS', async () => {
    const app = await startHttpApp({
      platform,
      gateway: { cors: { origin: 'https://app.example' } },
    });
    const { executionId } = app.streaming.run(async () => undefined, { owner: ADA });
    const stream = await app.open(`/streaming/executions/${executionId}`, 'ada', {
      origin: 'https://app.example',
    });
    expect(stream.response.headers['access-control-allow-origin']).toBe('https://app.example');
    await stream.ended();
  });

  it('answers refusals as the gateway does, with the status that fits', async () => {
    const app = await startHttpApp({ platform, gateway: { rooms: 'lobby' } });
    app.streaming.run(async () => new Promise(() => undefined), {
      executionId: 'hers',
      owner: { principalId: 'ada' },
    });
    const refusal = async (path: string, token?: string, headers = {}): Promise<unknown> => {
      const client = await app.open(path, token, headers);
      const { code, correlationId } = (await client.json()) as Record<string, string>;
      return [client.status, code, typeof correlationId];
    };
    expect(await refusal('/streaming/executions/hers', 'mallory')).toEqual([
      404,
      'EXECUTION_NOT_FOUND',
      'string',
    ]);
    expect(await refusal('/streaming/executions/none')).toEqual([
      404,
      'EXECUTION_NOT_FOUND',
      'string',
    ]);
    expect(await refusal('/streaming/rooms/closed')).toEqual([404, 'ROOM_NOT_FOUND', 'string']);
    expect(await refusal('/streaming/executions/hers', '')).toEqual([
      401,
      'AUTHENTICATION_REQUIRED',
      'string',
    ]);
    expect(await refusal('/streaming/executions/hers?from=middle')).toEqual([
      400,
      'INVALID_PAYLOAD',
      'string',
    ]);
    const foreign = { origin: 'https://evil.example' };
    expect(await refusal('/streaming/executions/hers', 'ada', foreign)).toEqual([
      403,
      'ORIGIN_NOT_ALLOWED',
      'string',
    ]);
    const byScript = { 'sec-fetch-site': 'cross-site' };
    expect(await refusal('/streaming/executions/hers', 'ada', byScript)).toEqual([
      403,
      'ORIGIN_NOT_ALLOWED',
      'string',
    ]);
    const connections = app.app.get(GatewayConnectionManager);
    expect(connections.size).toBe(0);
  });

  it('lets the application close while somebody follows a run that never ends', async () => {
    const app = await startHttpApp({ platform });
    const { executionId } = app.streaming.run(async () => new Promise(() => undefined), {
      owner: ADA,
    });
    const stream = await app.open(`/streaming/executions/${executionId}`);
    await stream.until(() => stream.updates.length === 1);
    const stalled = await app.open(`/streaming/executions/${executionId}`);
    stalled.response.pause();
    await app.app.close();
    await stream.ended();
    expect(stream.named('connection_status')).toEqual([
      expect.objectContaining({ status: 'draining' }),
    ]);
  });
});

describe('an event stream', () => {
  it('of a room begins with what comes, and goes on where it broke off', async () => {
    const app = await startHttpApp({ gateway: { rooms: 'lobby' } });
    const publish = (data: unknown): Promise<void> =>
      app.streaming.publish('lobby', 'events', data);
    await publish('before');
    const live = await app.open('/streaming/rooms/lobby');
    await live.until(() => live.events.length === 1);
    live.close();
    await publish('while away');
    const back = await app.open('/streaming/rooms/lobby', 'ada', {
      'last-event-id': live.events[0]?.id ?? '',
    });
    await back.until(() => has(back, 'while away'));
    expect(back.updates.map(({ data }) => data)).toEqual(['while away']);
    const all = await app.open('/streaming/rooms/lobby?from=start&eventTypes=events');
    await all.until(() => has(all, 'while away'));
    expect(all.updates.map(({ data }) => data)).toEqual(['before', 'while away']);
  });

  it('says when updates were lost that it should go on from', async () => {
    const bounds = { maxEntries: 2, maxBytes: 10_000, retentionMs: 60_000, roomIdleMs: 60_000 };
    const log = new MemoryStreamLog(bounds);
    const app = await startHttpApp({ gateway: { rooms: 'lobby' }, log });
    for (const data of [1, 2, 3, 4, 5]) await app.streaming.publish('lobby', 'events', data);
    const { epoch } = (await log.describe({ kind: 'room', id: 'lobby' })) ?? { epoch: '' };
    const stream = await app.open('/streaming/rooms/lobby', 'ada', {
      'last-event-id': `${epoch}:1`,
    });
    await stream.until(() => has(stream, 5));
    expect(stream.named('stream_reset')).toEqual([
      { roomId: 'lobby', cursor: { epoch, sequence: 3 }, recovered: false },
    ]);
    expect(stream.updates.map(({ data }) => data)).toEqual([4, 5]);
  });

  it('gets what the hook makes of updates, each asked about once', async () => {
    asked.length = 0;
    const app = await startHttpApp({ providers: [RedactingGateway] });
    const { executionId, done } = app.streaming.run(
      async ({ emit }) => {
        emit('custom', 'secret');
        emit('debug', 'internal');
      },
      { owner: ADA },
    );
    await done;
    for (let time = 0; time < 2; time += 1) {
      const stream = await app.open(`/streaming/executions/${executionId}`);
      await stream.ended();
      expect(stream.updates.map(({ data }) => data)).toEqual([
        { state: 'running' },
        'redacted',
        { state: 'completed' },
      ]);
    }
    expect(asked).toEqual(['workflow:start', 'custom', 'debug', 'workflow:end']);
  });

  it('has only what its principal is a target of', async () => {
    const app = await startHttpApp({ gateway: { rooms: 'lobby' } });
    const [ada, bob] = [
      await app.open('/streaming/rooms/lobby', 'ada@acme'),
      await app.open('/streaming/rooms/lobby', 'bob@acme'),
    ];
    await Promise.all([ada, bob].map((client) => client.until(() => client.events.length === 1)));
    const publish = (data: string, targets?: string[]): Promise<void> =>
      app.streaming.publish('lobby', 'events', data, { targets });
    await publish('for ada', [targetOf({ id: 'ada', tenant: 'acme' })]);
    await publish('for all');
    await Promise.all([ada, bob].map((client) => client.until(() => has(client, 'for all'))));
    expect(ada.updates.map(({ data }) => data)).toEqual(['for ada', 'for all']);
    expect(bob.updates.map(({ data }) => data)).toEqual(['for all']);
  });

  it('takes a place of its principal until it ends', async () => {
    const app = await startHttpApp({ gateway: { rooms: 'lobby', maxConnectionsPerPrincipal: 1 } });
    const first = await app.open('/streaming/rooms/lobby');
    const second = await app.open('/streaming/rooms/lobby');
    expect(second.status).toBe(503);
    expect(await second.json()).toMatchObject({ code: 'TOO_MANY_CONNECTIONS' });
    first.close();
    const connections = app.app.get(GatewayConnectionManager);
    while (connections.size > 0) await new Promise((resolve) => setImmediate(resolve));
    const third = await app.open('/streaming/rooms/lobby');
    expect(third.status).toBe(200);
  });

  it('counts failed credentials of its address', async () => {
    const app = await startHttpApp({
      gateway: { rooms: 'lobby', rateLimit: { maxFailedAuthentications: 2 } },
    });
    const statuses: number[] = [];
    for (const token of ['guess', 'guess', 'ada']) {
      const client = await app.open('/streaming/rooms/lobby', token);
      statuses.push(client.status);
    }
    expect(statuses).toEqual([401, 401, 429]);
  });

  it('counts requests like messages of its principal', async () => {
    const app = await startHttpApp({ gateway: { rateLimit: { maxMessagesPerPrincipal: 1 } } });
    const first = await app.open('/streaming/executions/none');
    const second = await app.open('/streaming/executions/none');
    expect([first.status, second.status]).toEqual([404, 429]);
    expect(Number(second.response.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('ends when the principal is revoked, and says why', async () => {
    const app = await startHttpApp({ gateway: { rooms: 'lobby' } });
    const stream = await app.open('/streaming/rooms/lobby');
    await stream.until(() => stream.events.length === 1);
    expect(await app.app.get(GatewayAuthenticationService).revoke({ id: 'ada' })).toBe(1);
    await stream.ended();
    expect(stream.named('error')).toEqual([
      expect.objectContaining({ code: 'AUTHENTICATION_REVOKED' }),
    ]);
  });

  it('keeps itself open with comments', async () => {
    const app = await startHttpApp({ gateway: { rooms: 'lobby' }, http: { heartbeatMs: 5 } });
    const stream = await app.open('/streaming/rooms/lobby');
    await stream.until(() => stream.comments > 1);
    expect(stream.events).toHaveLength(1);
  });

  it('costs only its cursor when its client does not read, and loses nothing', async () => {
    const bounds = { maxEntries: 1_000, maxBytes: 100_000_000 };
    const log = new MemoryStreamLog({ ...bounds, retentionMs: 60_000, roomIdleMs: 60_000 });
    const maxQueuedBytes = 100_000;
    const app = await startHttpApp({ gateway: { slowClient: { maxQueuedBytes } }, log });
    const responses: ServerResponse[] = [];
    const server = app.app.getHttpServer() as Server;
    server.on('request', (_request, response: ServerResponse) => responses.push(response));
    const text = 'x'.repeat(50_000);
    const count = 400;
    const go = deferred<void>();
    const { executionId, done } = app.streaming.run(
      async ({ emit, ready }) => {
        await go.promise;
        for (let index = 0; index < count; index += 1) {
          emit('events', { index, text });
          await ready();
        }
      },
      { owner: ADA },
    );
    const slow = await app.open(`/streaming/executions/${executionId}`);
    await slow.until(() => slow.updates.length === 1);
    slow.response.pause();
    go.resolve();
    await done;
    // 20 MB are in the log; of them wait here no more than the bound and one event.
    expect(responses[0]?.writableLength).toBeLessThan(maxQueuedBytes + 2 * text.length);
    slow.response.resume();
    await slow.ended();
    expect(slow.updates.map(({ metadata }) => metadata.sequenceNumber)).toEqual(oneTo(count + 2));
  });

  it('is a client of the bridge, and keeps its place when the server joins it to more', async () => {
    const app = await startHttpApp({ gateway: { rooms: ['lobby', 'hall'] } });
    const stream = await app.open('/streaming/rooms/lobby');
    await stream.until(() => stream.events.length === 1);
    const bridge = app.app.get(WebSocketBridgeService);
    const [clientId = ''] = bridge.getActiveClients();
    expect(bridge.getClientInfo(clientId)).toMatchObject({ rooms: ['lobby'] });
    expect(await bridge.sendToClient(clientId, { type: 'events', data: 'for you' })).toBe(true);
    bridge.joinRoom(clientId, 'hall');
    while (bridge.getRoomInfo('hall').clientCount === 0)
      await new Promise((resolve) => setImmediate(resolve));
    await app.streaming.publish('hall', 'events', 'elsewhere');
    await app.streaming.publish('lobby', 'events', 'here');
    await stream.until(() => has(stream, 'here') && has(stream, 'elsewhere'));
    const idOf = (wanted: string): unknown =>
      stream.events.find(({ data }) => (data as StreamUpdate).data === wanted)?.id;
    expect([idOf('for you'), idOf('elsewhere'), idOf('here')]).toEqual([
      undefined,
      undefined,
      expect.stringMatching(/:1$/),
    ]);
  });

  it('waits for a run that does not exist yet, if it is asked to', async () => {
    const app = await startHttpApp();
    const opening = app.open('/streaming/executions/later?waitForMs=10000');
    const connections = app.app.get(GatewayConnectionManager);
    while ([...connections.all()].every(({ waits }) => waits === 0))
      await new Promise((resolve) => setImmediate(resolve));
    app.streaming.run(async () => undefined, { executionId: 'later', owner: ADA });
    const stream = await opening;
    await stream.ended();
    expect(stream.updates.map(({ type }) => type)).toEqual(['workflow:start', 'workflow:end']);
  });
});
