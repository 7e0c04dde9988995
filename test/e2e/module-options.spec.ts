import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { NestFactory } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import {
  StreamingModule,
  StreamingService,
  StreamingWebSocketGateway,
  type StreamingModuleOptions,
  type StreamingOptionsFactory,
} from '../../src/index.js';
import { freePort } from '../support/free-port.js';
import { answers, connects, outcomeOf } from '../support/plain-client.js';
import { onTestEnd, startApp, startAppOf, type StreamingApp } from '../support/streaming-app.js';

const close = async (server: Server): Promise<void> =>
  new Promise((resolve) => server.close(() => resolve()));

afterEach(() => {
  jest.restoreAllMocks();
});

describe('forRootAsync', () => {
  @Injectable()
  class NamespaceOptions implements StreamingOptionsFactory {
    createStreamingOptions(): StreamingModuleOptions {
      return { gateway: { namespace: '/from-class' } };
    }
  }

  @Module({ providers: [NamespaceOptions], exports: [NamespaceOptions] })
  class OptionsModule {}

  it('takes options from a factory with an injected ConfigService', async () => {
    const app = await startAppOf({
      imports: [
        StreamingModule.forRootAsync({
          imports: [
            ConfigModule.forRoot({
              ignoreEnvFile: true,
              load: [() => ({ namespace: '/configured' })],
            }),
          ],
          inject: [ConfigService],
          useFactory: async (config: ConfigService) => ({
            gateway: { namespace: config.getOrThrow<string>('namespace') },
          }),
        }),
      ],
    });
    expect(await answers(app.connect({ namespace: '/configured' }))).toBe(true);
    expect(await answers(app.connect({ namespace: '/streaming' }))).toBe(false);
  });

  it.each([
    ['useClass', { useClass: NamespaceOptions }],
    ['useExisting', { imports: [OptionsModule], useExisting: NamespaceOptions }],
  ])('takes options from %s', async (_name, options) => {
    const app = await startAppOf({ imports: [StreamingModule.forRootAsync(options)] });
    expect(await answers(app.connect({ namespace: '/from-class' }))).toBe(true);
  });

  it('does not listen when the factory says so', async () => {
    const app = await startAppOf({
      imports: [
        StreamingModule.forRootAsync({ useFactory: () => ({ gateway: { enabled: false } }) }),
      ],
    });
    expect(await connects(app.connect({ reconnection: false }))).toBe(false);
  });
});

describe('where the gateway listens', () => {
  it('serves its namespace and HTTP path, and no others', async () => {
    const app = await startApp({ gateway: { namespace: 'live', path: '/realtime' } });
    expect(await answers(app.connect({ namespace: '/live', path: '/realtime' }))).toBe(true);
    expect(
      await connects(app.connect({ namespace: '/live', path: '/socket.io', reconnection: false })),
    ).toBe(false);
    expect(
      await connects(
        app.connect({ namespace: '/streaming', path: '/realtime', reconnection: false }),
      ),
    ).toBe(false);
  });

  it('can have a port of its own, from forRootAsync too', async () => {
    const port = await freePort();
    const app = await startAppOf({
      imports: [StreamingModule.forRootAsync({ useFactory: () => ({ gateway: { port } }) })],
    });
    expect(await answers(app.connect({ url: `http://127.0.0.1:${port}` }))).toBe(true);
    expect(await connects(app.connect({ reconnection: false }))).toBe(false);
  });

  it('moves to the application’s server when that is given the same port', async () => {
    const port = await freePort();
    const module = await Test.createTestingModule({
      imports: [StreamingModule.forRoot({ websocket: { enabled: true, port } })],
    }).compile();
    const app = module.createNestApplication({ logger: false });
    onTestEnd(async () => app.close());
    await app.listen(port, '127.0.0.1');
    const url = `http://127.0.0.1:${port}`;
    expect((await fetch(url)).status).toBe(404);
    const { connect } = { ...(await startApp()) };
    expect(await answers(connect({ url }))).toBe(true);
  });

  it('fails the boot when its port is taken', async () => {
    const taken = createServer();
    onTestEnd(async () => close(taken));
    await new Promise<void>((resolve) => taken.listen(0, resolve));
    const { port } = taken.address() as AddressInfo;
    await expect(startApp({ gateway: { port } })).rejects.toMatchObject({
      code: 'GATEWAY_PORT_UNAVAILABLE',
    });
  });

  it('is off without a gateway option; executions run all the same', async () => {
    const app = await startAppOf({ imports: [StreamingModule.forRoot()] });
    expect(await connects(app.connect({ reconnection: false }))).toBe(false);
    expect(await app.streaming.run(['a']).done).toEqual({ state: 'completed' });
  });

  it('keeps two applications of one process apart, made from the same module class', async () => {
    let namespace = '/first';
    @Module({
      imports: [StreamingModule.forRootAsync({ useFactory: () => ({ gateway: { namespace } }) })],
    })
    class AppModule {}
    const create = async (): Promise<{ listen: () => Promise<string> }> => {
      const app = await NestFactory.create(AppModule, { logger: false });
      onTestEnd(async () => app.close());
      return {
        listen: async () => {
          await app.listen(0, '127.0.0.1');
          return app.getUrl();
        },
      };
    };
    const first = await create();
    namespace = '/second';
    const second = await create();
    const [firstUrl, secondUrl] = [await first.listen(), await second.listen()];
    const { connect } = await startApp();
    const reach = async (url: string, where: string): Promise<boolean> =>
      connects(connect({ url, namespace: where, reconnection: false }));
    expect([
      await reach(firstUrl, '/first'),
      await reach(firstUrl, '/second'),
      await reach(secondUrl, '/first'),
      await reach(secondUrl, '/second'),
    ]).toEqual([true, false, false, true]);
  });
});

describe('gateway options that take effect', () => {
  const handshake = async (
    app: StreamingApp,
    options: { headers?: Record<string, string>; query?: string } = {},
  ): Promise<Response> =>
    fetch(`${app.url}/socket.io/?EIO=4&transport=${options.query ?? 'polling'}`, {
      headers: options.headers ?? {},
    });

  it('announce the ping timings and the payload bound in the handshake', async () => {
    const app = await startApp({
      gateway: { pingIntervalMs: 1_234, pingTimeoutMs: 567, maxPayloadBytes: 4_321 },
    });
    expect(JSON.parse((await (await handshake(app)).text()).slice(1))).toMatchObject({
      pingInterval: 1_234,
      pingTimeout: 567,
      maxPayload: 4_321,
    });
  });

  it('close the connection of a client that sends more than the payload bound', async () => {
    const app = await startApp({ gateway: { maxPayloadBytes: 1_000 } });
    const client = app.connect({ reconnection: false });
    await connects(client);
    const closed = new Promise((resolve) => client.once('disconnect', resolve));
    client.emit('respond_interrupt', { executionId: 'e', value: 'x'.repeat(2_000) });
    expect(await closed).toBe('transport close');
  });

  it('offer only the transports that are allowed', async () => {
    const app = await startApp({ gateway: { transports: ['websocket'] } });
    expect((await handshake(app)).status).toBe(400);
    expect(await answers(app.connect({ transports: ['websocket'] }))).toBe(true);
    const polling = await startApp({ gateway: { transports: ['polling'] } });
    const poller = polling.connect({ transports: ['polling'] });
    expect(await answers(poller)).toBe(true);
    // Leaves before the server stops: a server gives a poll that is under way half a minute to end.
    const left = new Promise((resolve) => poller.io.engine.once('close', resolve));
    poller.disconnect();
    await left;
    expect(
      await connects(polling.connect({ transports: ['websocket'], reconnection: false })),
    ).toBe(false);
  });

  it('let pages of the listed origins read, and no others', async () => {
    const app = await startApp({
      gateway: { cors: { origin: ['https://app.example'], credentials: true } },
    });
    const allowed = await handshake(app, { headers: { origin: 'https://app.example' } });
    expect([
      allowed.headers.get('access-control-allow-origin'),
      allowed.headers.get('access-control-allow-credentials'),
    ]).toEqual(['https://app.example', 'true']);
    const evil = await handshake(app, { headers: { origin: 'https://evil.example' } });
    expect(evil.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('refuse more connections than are allowed, with a code, and take one again when one left', async () => {
    const app = await startApp({ gateway: { maxConnections: 1 } });
    const first = app.connect();
    await connects(first);
    const refusal = app.connect({ reconnection: false });
    expect(await outcomeOf(refusal)).toMatchObject({
      code: 'TOO_MANY_CONNECTIONS',
      retryable: true,
    });
    const left = new Promise((resolve) => first.once('disconnect', resolve));
    first.disconnect();
    await left;
    const retry = app.connect({ reconnectionDelay: 1, reconnectionDelayMax: 1 });
    await new Promise<void>((resolve) => {
      retry.on('connect', resolve);
      retry.on('connect_error', () => retry.connect());
    });
    expect(app.app.get(StreamingWebSocketGateway).getStats()).toMatchObject({
      activeConnections: 1,
      totalConnections: 2,
      peakConnections: 1,
    });
  });
});

describe('options that are wrong', () => {
  it('fail the boot with every fault and its path', async () => {
    const wrong = {
      gateway: {
        port: Number.NaN,
        transports: ['carrier-pigeon'],
        pingIntervalMs: -1,
        autentication: {},
      },
      log: { maxEntries: 0 },
      tokens: { flushIntervalMs: '40' },
    };
    const boot = startAppOf({ imports: [StreamingModule.forRoot(wrong as never)] });
    const error = await boot.then(
      () => undefined,
      (thrown: unknown) => thrown as { code: string; message: string; issues: { path: string }[] },
    );
    expect(error?.code).toBe('INVALID_OPTIONS');
    const paths = [
      'gateway.autentication',
      'gateway.pingIntervalMs',
      'gateway.port',
      'gateway.transports.0',
      'log.maxEntries',
      'tokens.flushIntervalMs',
    ];
    expect(error?.issues.map(({ path }) => path).sort()).toEqual(paths);
    for (const path of paths) expect(error?.message).toContain(path);
  });
});

describe('bounds of what may wait for the log', () => {
  it.each([
    ['both', { highWaterMarkBytes: 2_000, maxQueuedBytes: 1_000 }],
    ['one, against the default of the other', { highWaterMarkBytes: 100_000_000 }],
    ['the other', { maxQueuedBytes: 1_000 }],
  ])('fail the boot when no source could be held back: %s', async (_name, bounds) => {
    const imports = [StreamingModule.forRoot({ executions: bounds, log: { maxEntries: 0 } })];
    await expect(startAppOf({ imports })).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      issues: [
        { path: 'log.maxEntries', message: expect.any(String) },
        {
          path: 'executions.highWaterMarkBytes',
          message: expect.stringContaining('executions.maxQueuedBytes'),
        },
      ],
    });
  });
});

describe('the module', () => {
  @Injectable()
  class Agent {
    constructor(readonly streaming: StreamingService) {}
  }

  it('is global, unless it is told not to be', async () => {
    @Module({ providers: [Agent] })
    class AgentModule {}
    const app = await startAppOf({ imports: [StreamingModule.forRoot(), AgentModule] });
    expect(app.app.get(Agent, { strict: false }).streaming).toBe(app.streaming);
    await expect(
      Test.createTestingModule({
        imports: [StreamingModule.forRoot({ isGlobal: false }), AgentModule],
      }).compile(),
    ).rejects.toThrow(/can't resolve dependencies/);
  });

  it('cannot be configured twice in one application', async () => {
    const boot = startAppOf({
      imports: [StreamingModule.forRoot(), StreamingModule.forRoot({ log: { maxEntries: 5 } })],
    });
    await expect(boot).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      message: expect.stringContaining('imported twice'),
    });
  });

  it('can be imported bare where it is global already', async () => {
    @Module({ imports: [StreamingModule], providers: [Agent] })
    class AgentModule {}
    const app = await startAppOf({ imports: [StreamingModule.forRoot(), AgentModule] });
    expect(app.app.get(Agent, { strict: false }).streaming).toBe(app.streaming);
  });
});
