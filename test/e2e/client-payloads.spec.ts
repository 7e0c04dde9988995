import { describe, expect, it, jest } from '@jest/globals';
import { MessageBody, SubscribeMessage } from '@nestjs/websockets';
import {
  createChannelClient,
  createStreamingClient,
  type StreamingClient,
} from '../../src/client/index.js';
import { StreamingGateway, StreamingWebSocketGateway } from '../../src/index.js';
import { onTestEnd } from '../support/streaming-app.js';
import { startClientApp } from './client/client-app.js';

@StreamingGateway()
class EchoGateway extends StreamingWebSocketGateway {
  @SubscribeMessage('echo')
  echo(@MessageBody() data: unknown): object {
    return { data };
  }
}

const start = () => startClientApp({ gateway: {} }, { providers: [EchoGateway] });

function cycle(): object {
  const outer: Record<string, unknown> = {};
  outer['inner'] = { list: [outer] };
  return outer;
}

const FAILING = {
  get name(): string {
    throw new TypeError('There is no name.');
  },
};

/** Values that JSON cannot express, and a part of the reason. */
const VALUES: readonly (readonly [string, unknown, string])[] = [
  ['a BigInt', 1n, 'BigInt'],
  ['a BigInt in an object', { deep: [{ count: 1n }] }, 'BigInt'],
  ['a cycle', cycle(), ''],
  ['a getter that throws', FAILING, 'There is no name.'],
  [
    'a `toJSON` that throws',
    {
      toJSON: () => {
        throw new TypeError('It is no JSON.');
      },
    },
    'It is no JSON.',
  ],
];

/** The ways in which a page sends values of its own. */
const WAYS: readonly (readonly [string, (client: StreamingClient, value: unknown) => unknown])[] = [
  ['request', (client, value) => client.request('echo', value)],
  ['respond', (client, value) => client.respond('run', value)],
  ['start', (client, value) => client.thread('thread', { agent: 'chat' }).start(value)],
];

describe('a payload that JSON cannot express', () => {
  it.each(WAYS.flatMap(([way, send]) => VALUES.map((value) => [way, ...value, send] as const)))(
    'is refused with a code, and the client continues: %s of %s',
    async (_way, _what, value, reason, send) => {
      const { client } = await start();
      const page = client();
      await expect(send(page, value)).rejects.toMatchObject({
        name: 'StreamingClientError',
        code: 'INVALID_PAYLOAD',
        retryable: false,
        message: expect.stringContaining(reason),
      });
      expect(await page.request('echo', 'next')).toEqual({ data: 'next' });
      expect(page.connection.state).toBe('connected');
    },
  );

  it.each(VALUES)(
    'is refused at once while pings of the server are late: %s',
    async (_what, value) => {
      const { connect } = await start();
      const socket = connect();
      const page = createStreamingClient({ socket });
      onTestEnd(() => page.close());
      expect(await page.request('echo', 'first')).toEqual({ data: 'first' });
      // Socket.IO keeps packets when the time for the next ping is over, until it is connected again.
      const late = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_600_000);
      await expect(page.request('echo', value)).rejects.toMatchObject({ code: 'INVALID_PAYLOAD' });
      late.mockRestore();
      expect(socket.sendBuffer).toEqual([]);
      expect(await page.request('echo', 'next')).toEqual({ data: 'next' });
    },
  );

  it.each(VALUES)('is refused by a client without threads: %s', async (_what, value, reason) => {
    const { url } = await start();
    const page = createChannelClient({ url });
    onTestEnd(() => page.close());
    await expect(page.respond('run', value)).rejects.toMatchObject({
      code: 'INVALID_PAYLOAD',
      message: expect.stringContaining(reason),
    });
    expect(await page.status()).toMatchObject({ status: 'connected' });
  });
});

describe('a value that JSON leaves out', () => {
  const leave = (): undefined => undefined;

  it.each<[string, unknown, unknown]>([
    ['undefined', { a: undefined, b: 1 }, { b: 1 }],
    ['a function', { a: leave, b: 1 }, { b: 1 }],
    ['a symbol', { a: Symbol('a'), b: 1 }, { b: 1 }],
    ['a function in a list', [leave, 1], [null, 1]],
    ['a number that is none', { a: Number.NaN }, { a: null }],
    ['a function in place of data', leave, null],
  ])('is left out, as JSON.stringify does: %s', async (_what, value, arrived) => {
    const { client } = await start();
    expect(await client().request('echo', value)).toEqual({ data: arrived });
  });
});
