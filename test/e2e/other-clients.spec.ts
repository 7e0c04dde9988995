import { describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { CONFIRMATION_EVENTS } from '../../src/protocol/streaming-gateway-events.js';
import type { ErrorMessage } from '../../src/index.js';
import { next } from '../support/plain-client.js';
import { PollingClient } from '../support/polling-client.js';
import { onTestEnd, startApp, type PlainClient } from '../support/streaming-app.js';

const EVENTS = Object.keys(CONFIRMATION_EVENTS);

/** What python-engineio takes of one poll. */
const MAX_PACKETS = 16;

const send = (client: PlainClient, event: string, ...args: unknown[]): Promise<unknown> =>
  (client.emitWithAck as (...all: unknown[]) => Promise<unknown>).call(client, event, ...args);

/** An answer without what differs from request to request. */
const comparable = (answer: unknown): unknown =>
  JSON.parse(JSON.stringify(answer), (key, value: unknown) =>
    ['timestamp', 'serverTime', 'uptime', 'correlationId'].includes(key) ? 0 : value,
  );

describe('clients of other languages', () => {
  it.each(EVENTS)('may send null where there is no payload: %s', async (event) => {
    const { connect } = await startApp();
    const client = connect();
    const [none, nothing] = [await send(client, event), await send(client, event, null)];
    expect(comparable(nothing)).toEqual(comparable(none));
  });

  it.each([...EVENTS.filter((event) => event !== 'ping'), 'no_such_event', 'message'])(
    'learn which event an error answers: %s',
    async (event) => {
      const { connect } = await startApp();
      const client = connect();
      const answered = next(client, 'error') as Promise<ErrorMessage>;
      (client.emit as (name: string, payload: unknown) => unknown).call(client, event, [1]);
      expect(await answered).toMatchObject({ code: 'INVALID_PAYLOAD', event });
    },
  );

  it('learn which event was one too many', async () => {
    const { connect } = await startApp({
      gateway: { rateLimit: { maxMessages: 1 } },
    });
    const client = connect();
    await send(client, 'ping');
    const answered = next(client, 'error') as Promise<ErrorMessage>;
    client.emit('get_status');
    expect(await answered).toMatchObject({ code: 'RATE_LIMITED', event: 'get_status' });
  });

  it('get at most as many packets in one poll as they take, in their order', async () => {
    const { streaming, url } = await startApp({ gateway: {}, tokens: { flushIntervalMs: 0 } });
    const client = new PollingClient(url);
    await client.connect();
    streaming.run(
      async (context) => {
        for (let index = 0; index < 100; index += 1) context.emit('custom', index);
      },
      { executionId: 'run' },
    );
    for (let index = 0; index < 40; index += 1) await client.emit('get_status', {});
    await client.emit('subscribe_execution', { executionId: 'run' });
    await client.pollUntil(() => client.updates.at(-1)?.type === 'workflow:end');
    const custom = client.updates.filter(({ type }) => type === 'custom');
    expect(custom.map(({ data }) => data)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(Math.max(...client.packetsPerPoll)).toBe(MAX_PACKETS);
  });

  it('learn that the server stops, however many packets wait for their next poll', async () => {
    const { app, streaming, url } = await startApp();
    const client = new PollingClient(url);
    await client.connect();
    await client.emit('join_room', { roomId: 'lobby' });
    await client.pollUntil(() => client.events.includes('room_joined'));
    for (let index = 0; index < 50; index += 1) await streaming.publish('lobby', 'custom', index);
    const closed = app.close();
    await client.pollUntil(() => client.events.includes('connection_status:draining'));
    expect(client.updates).toHaveLength(50);
    await closed;
  });
});

describe('a message that is larger than the server takes', () => {
  it.each(['websocket', 'polling'] as const)('is logged: %s', async (transport) => {
    const warned = new Promise<string>((resolve) => {
      const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation((message: unknown) => {
        if (String(message).includes('maxPayloadBytes')) resolve(String(message));
      });
      onTestEnd(() => warn.mockRestore());
    });
    const { connect } = await startApp({ gateway: { maxPayloadBytes: 10_000 } });
    const client = connect({ transports: [transport], reconnection: false });
    await next(client, 'connection_status');
    const { id } = client;
    const gone = next(client, 'disconnect');
    client.emit('respond_interrupt', { executionId: 'run', value: 'x'.repeat(10_000) });
    expect(await warned).toBe(
      `Client ${id} sent a message larger than gateway.maxPayloadBytes (10000), which ended its connection.`,
    );
    await gone;
  });
});
