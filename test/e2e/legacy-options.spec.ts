import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { Socket } from 'socket.io';
import {
  STREAMING_OPTIONS,
  StreamingModule,
  type StreamingModuleOptions,
} from '../../src/index.js';
import { bootOptions } from '../support/boot-options.js';
import { answers, connects } from '../support/plain-client.js';
import { startAppOf } from '../support/streaming-app.js';

afterEach(() => {
  jest.restoreAllMocks();
});

describe('legacy options', () => {
  it('work unchanged, with one deprecation line that names the migration', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const options = { websocket: { enabled: true, port: 0 }, defaultBufferSize: 2 };
    const app = await startAppOf({ imports: [StreamingModule.forRoot(options)] });
    expect(await answers(app.connect())).toBe(true);
    expect(app.app.get<unknown>(STREAMING_OPTIONS)).toEqual(options);
    const lines = warn.mock.calls
      .map(([line]) => String(line))
      .filter((line) => line.includes('Deprecated'));
    expect(lines).toEqual([
      expect.stringMatching(/defaultBufferSize, websocket\..*migrate-websocket-options/),
    ]);
    const { done, executionId } = app.streaming.run(['a', { type: 'events', data: 1 }, 'b']);
    await done;
    const kept = [];
    for await (const { metadata } of app.streaming.follow(executionId))
      kept.push(metadata?.sequenceNumber);
    // Two updates, and the text before them.
    expect(kept).toEqual([2, 4, 5]);
  });

  it.each<[string, StreamingModuleOptions, boolean]>([
    ['{}', {}, false],
    ['websocket.enabled', { websocket: { enabled: true } }, true],
    [
      'websocket off, gateway on',
      { websocket: { enabled: false, port: 3000 }, gateway: { enabled: true, port: 0 } },
      true,
    ],
    [
      'websocket on, gateway off',
      { websocket: { enabled: true }, gateway: { enabled: false } },
      false,
    ],
    ['websocket off', { websocket: { enabled: false }, defaultBufferSize: 10 }, false],
    ['keys that never existed', { enableTokenStreaming: true } as StreamingModuleOptions, false],
    ['a port alone', { websocket: { port: 0 } }, false],
    [
      'a port and origins alone',
      {
        websocket: { port: 0, cors: { origin: '*' } },
        tokenStreaming: {},
      } as StreamingModuleOptions,
      false,
    ],
    ['a gateway of old keys', { gateway: { websocket: { maxConnections: 5 } } }, false],
    ['a gateway beside old keys', { gateway: { port: 0 }, defaultBufferSize: 10 }, false],
    [
      'an undefined switch',
      { gateway: { enabled: undefined, rateLimit: { max: 1 } } } as object,
      false,
    ],
    ['a gateway of new keys', { gateway: { port: 0 } }, true],
  ])('switch the gateway as they did: %s', async (_name, options, listens) => {
    jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const app = await startAppOf({ imports: [StreamingModule.forRoot(options)] });
    expect(await connects(app.connect({ reconnection: false }))).toBe(listens);
  });

  it('say that they leave the gateway off, unless they say so themselves', () => {
    const said = (options: object): boolean =>
      bootOptions(options).warnings.some((line) => line.includes('gateway is off'));
    expect(said({ websocket: { port: 3001 } })).toBe(true);
    expect(said({ websocket: { port: 3001 }, gateway: { enabled: false } })).toBe(false);
    expect(said({ websocket: { enabled: false } })).toBe(false);
    expect(said({ defaultBufferSize: 5 })).toBe(false);
    expect(said({ gateway: {} })).toBe(false);
  });

  it('rename the keys of `websocket` as those of `gateway.websocket`', () => {
    const websocket = { enabled: true, maxConnections: 7, heartbeatInterval: 9_000 };
    const options = { websocket, bufferSize: 3 } as StreamingModuleOptions;
    expect(bootOptions(options).resolved).toMatchObject({
      gateway: { maxConnections: 7, pingIntervalMs: 9_000 },
      log: { maxEntries: 3 },
    });
  });

  it.each<[unknown, boolean]>([
    [true, true],
    ['ada', true],
    [{ sub: 'ada' }, true],
    [false, false],
    ['', false],
    [undefined, false],
  ])('let in whom `auth.handler` lets in: %j', async (answer, isAccepted) => {
    jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const handler = (socket: Socket, token: string): unknown =>
      socket.handshake.auth['token'] === token ? answer : undefined;
    const app = await startAppOf({
      imports: [
        StreamingModule.forRoot({ gateway: { enabled: true, auth: { required: true, handler } } }),
      ],
    });
    const client = app.connect({ auth: { token: 't' }, reconnection: false });
    expect(await connects(client)).toBe(isAccepted);
  });
});
