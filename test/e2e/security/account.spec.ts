import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import {
  CustomStrategy,
  StreamingError,
  StreamingGateway,
  StreamingModule,
  StreamingWebSocketGateway,
  type Principal,
  type WebSocketGatewayOptions,
} from '../../../src/index.js';
import { deferred } from '../../../src/common/deferred.js';
import type { GatewayNamespace } from '../../../src/gateway/socket-types.js';
import { outcomeOf } from '../../support/plain-client.js';
import { startApp, startAppOf, type StreamingApp } from '../../support/streaming-app.js';
import { ask, RawPolling } from './raw-polling.js';
import { openTransport, openUpgrade, type RawTransport } from './raw-transport.js';
import { ObservedGateway, startSecureApp, tokenOf } from './secure-app.js';

const RECORD_SEPARATOR = '\u001e';
const SECOND = 1_000;

const principal = (id: string): Principal => ({ id, scopes: [], claims: {} });

/** How many sessions the engine of an application has. */
function sessionsOf({ app }: StreamingApp): number {
  const { server } = app.get<unknown, { server: GatewayNamespace }>(ObservedGateway);
  return server.server.engine.clientsCount;
}

/** Resolves when a polling session is gone: the engine then does not know it. */
async function goneOf(session: RawPolling): Promise<void> {
  for (;;) {
    const { status } = await session.post('3').catch(() => ({ status: 0 }));
    if (status === 400) return;
  }
}

const lines: string[] = [];

beforeEach(() => {
  lines.length = 0;
  jest
    .spyOn(Logger.prototype, 'warn')
    .mockImplementation((line: unknown) => void lines.push(String(line)));
});
afterEach(() => void jest.restoreAllMocks());

describe('a transport that joins no namespace', () => {
  it.each(['websocket', 'polling'] as const)('is closed in time over %s', async (transport) => {
    const app = await startSecureApp({ connectTimeoutMs: 200 });
    const began = performance.now();
    if (transport === 'websocket') await (await openTransport(app.url)).closed;
    else await goneOf(await RawPolling.open(app.url));
    expect(performance.now() - began).toBeLessThan(10 * 200);
    expect(sessionsOf(app)).toBe(0);
  });

  it('is closed in time although it sends: refused CONNECTs, pongs', async () => {
    const app = await startSecureApp({ connectTimeoutMs: 200 });
    const raw = await openTransport(app.url);
    for (const packet of ['40/x,', '40/streaming,', '3']) raw.send(packet);
    await raw.closed;
    expect(sessionsOf(app)).toBe(0);
  });
});

describe('a transport', () => {
  it.each<[string, WebSocketGatewayOptions]>([
    ['in total', { maxConnections: 5 }],
    ['of an address', { maxConnectionsPerAddress: 5 }],
  ])('counts from when it opens, whatever it does then: %s', async (_, gateway) => {
    const app = await startSecureApp(gateway);
    const token = JSON.stringify({ token: await tokenOf('alice') });
    const opened: RawTransport[] = [];
    for (let index = 0; index < 20; index += 1) {
      const raw = await openTransport(app.url);
      opened.push(raw);
      if (index % 2 === 0) raw.send(`40/streaming,${token}`);
    }
    const refused = opened.slice(5);
    for (const raw of refused) await raw.closed;
    for (const raw of refused)
      expect(raw.received.join()).toContain('"code":"TOO_MANY_CONNECTIONS"');
    expect(sessionsOf(app)).toBe(5);
    // One that goes makes room.
    opened[0]?.close();
    await opened[0]?.closed;
    await app.gateway.drainedTo(2);
    expect(await outcomeOf(app.connect({ auth: { token: await tokenOf('bob') } }))).toBe(
      'connected',
    );
  });

  it('goes with its last namespace', async () => {
    const app = await startSecureApp({ maxConnections: 5, maxConnectionsPerPrincipal: 2 });
    const token = JSON.stringify({ token: await tokenOf('alice') });
    for (let index = 0; index < 30; index += 1) {
      const raw = await openTransport(app.url);
      raw.send(`40/streaming,${token}`);
      await raw.until(/^40\/streaming,/);
      raw.send('41/streaming,');
      await raw.closed;
    }
    expect(sessionsOf(app)).toBe(0);
  });

  it('goes with its last namespace over polling too', async () => {
    const app = await startSecureApp();
    const session = await RawPolling.open(app.url);
    await session.post(`40/streaming,${JSON.stringify({ token: await tokenOf('alice') })}`);
    expect((await session.poll()).body).toContain('40/streaming,');
    await session.post('41/streaming,');
    await session.poll();
    await goneOf(session);
    expect(sessionsOf(app)).toBe(0);
  });
});

describe('packets of every type', () => {
  it.each<[string, string]>([
    ['CONNECT to what does not exist', '40/x,'],
    ['CONNECT to the root', '40'],
    ['CONNECT without a credential', '40/streaming,'],
    ['CONNECT to ever new namespaces', '40/%n,'],
    ['pongs', '3'],
  ])('are counted before the credential over polling: %s', async (_, packet) => {
    const app = await startSecureApp();
    const session = await RawPolling.open(app.url);
    const packets = Array.from({ length: 6_000 }, (__, index) => packet.replace('%n', `n${index}`));
    const before = process.cpuUsage();
    await session.post(packets.join(RECORD_SEPARATOR).slice(0, 60_000)).catch(() => undefined);
    const { user, system } = process.cpuUsage(before);
    await goneOf(session);
    expect(sessionsOf(app)).toBe(0);
    expect((user + system) / SECOND).toBeLessThan(1_000);
  });

  it.each<[string, (raw: RawTransport) => void]>([
    ['acknowledgements of nothing', (raw) => raw.send('43/streaming,1[]')],
    ['attachments', (raw) => raw.send('452-/streaming,["ping",{"_placeholder":true,"num":0}]')],
    ['pongs', (raw) => raw.send('3')],
    ['pings of the WebSocket', (raw) => raw.ping()],
    ['pongs of the WebSocket', (raw) => raw.pong()],
  ])('are counted after the credential: %s', async (_, send) => {
    const app = await startSecureApp({ rateLimit: { maxMessages: 20 } });
    const raw = await openTransport(app.url);
    raw.send(`40/streaming,${JSON.stringify({ token: await tokenOf('alice') })}`);
    await raw.until(/^40\/streaming,/);
    for (let index = 0; index < 200; index += 1) send(raw);
    await raw.closed;
    expect(sessionsOf(app)).toBe(0);
  });

  const frames: [string, (raw: RawTransport) => void][] = [
    ['probes', (raw) => raw.send('2probe')],
    ['pings of the WebSocket', (raw) => raw.ping()],
    ['pongs of the WebSocket', (raw) => raw.pong()],
  ];

  it.each(frames)('are counted while a session upgrades: %s that nobody reads', async (_, send) => {
    const app = await startSecureApp({ rateLimit: { maxMessages: 20 } });
    const session = await RawPolling.open(app.url);
    const raw = await openUpgrade(app.url, session.sid);
    raw.stall();
    for (let index = 0; index < 200; index += 1) send(raw);
    await goneOf(session);
    expect(sessionsOf(app)).toBe(0);
    expect(lines).toEqual([expect.stringMatching(/\[packets\] /)]);
  });

  it.each(frames)(
    'are counted while a session is closed that does not read: %s',
    async (_, send) => {
      const app = await startSecureApp({ rateLimit: { maxMessages: 20 } });
      const session = await RawPolling.open(app.url);
      const token = JSON.stringify({ token: await tokenOf('alice') });
      await session.post(`40/streaming,${token}`);
      // What the client is told on joining waits for its next poll, and the end of the session after it.
      await session.post('41/streaming,');
      const raw = await openUpgrade(app.url, session.sid);
      for (let index = 0; index < 200; index += 1) send(raw);
      await goneOf(session);
      expect(sessionsOf(app)).toBe(0);
      expect(lines).toEqual([expect.stringMatching(/\[packets\] /)]);
    },
  );

  it('are logged, but not that a client left while its credential was checked', async () => {
    const started = deferred<void>();
    const never = new CustomStrategy(() => {
      started.resolve();
      return new Promise(() => undefined);
    });
    const app = await startApp({ gateway: { authentication: { strategies: [never] } } });
    const raw = await openTransport(app.url);
    raw.send('40/streaming,{"token":"x"}');
    await started.promise;
    raw.close();
    await raw.closed;
    const session = await RawPolling.open(app.url);
    await session.post('41');
    await goneOf(session);
    expect(lines).toEqual([]);
  });

  it('leave a session that upgrades as clients do alone', async () => {
    const app = await startSecureApp({ rateLimit: { maxMessages: 20 } });
    const session = await RawPolling.open(app.url);
    const raw = await openUpgrade(app.url, session.sid);
    raw.send('2probe');
    await raw.until(/^3probe$/);
    await session.poll();
    raw.send('5');
    raw.send(`40/streaming,${JSON.stringify({ token: await tokenOf('alice') })}`);
    await raw.until(/^40\/streaming,/);
    expect(sessionsOf(app)).toBe(1);
    expect(lines).toEqual([]);
  });

  it('are logged once per cause', async () => {
    const app = await startSecureApp();
    for (let index = 0; index < 3; index += 1) {
      const raw = await openTransport(app.url);
      for (let sent = 0; sent < 100; sent += 1) raw.send('40/x,');
      await raw.closed;
    }
    expect(lines).toEqual([
      expect.stringMatching(/\[connects\] .*gateway\.rateLimit\.maxConnects/),
    ]);
  });
});

describe('what waits for a client that reads nothing', () => {
  const slowClient = { maxQueuedBytes: 65_536 };
  const rateLimit = {
    maxMessages: 1_000_000,
    maxMessagesPerPrincipal: 1_000_000,
    maxConnects: 1e9,
  };

  it.each<[string, string]>([
    ["refusals of Socket.IO's own", '40/x,'],
    ['acknowledgements', '42/streaming,7["ping"]'],
    ['`error` events', '42/streaming,["no such event"]'],
  ])('is bounded over polling: %s', async (_, packet) => {
    const app = await startSecureApp({ slowClient, rateLimit, maxPayloadBytes: 10_000 });
    const session = await RawPolling.open(app.url);
    await session.post(`40/streaming,${JSON.stringify({ token: await tokenOf('alice') })}`);
    while (!(await session.poll()).body.includes('40/streaming,'));
    const body = Array.from({ length: 200 }, () => packet).join(RECORD_SEPARATOR);
    let posts = 0;
    while ((await session.post(body).catch(() => ({ status: 400 }))).status === 200) posts += 1;
    expect(posts).toBeLessThan(20);
    expect(sessionsOf(app)).toBe(0);
    expect(lines).toContainEqual(expect.stringMatching(/\[queue\]/));
  });

  it('is bounded over a WebSocket', async () => {
    const app = await startSecureApp({ slowClient, rateLimit });
    const raw = await openTransport(app.url);
    raw.send(`40/streaming,${JSON.stringify({ token: await tokenOf('alice') })}`);
    await raw.until(/^40\/streaming,/);
    raw.stall();
    let isClosed = false;
    void raw.closed.then(() => (isClosed = true));
    while (sessionsOf(app) > 0 && !isClosed) {
      for (let index = 0; index < 1_000; index += 1) raw.send('42/streaming,["no such event"]');
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(sessionsOf(app)).toBe(0);
    raw.resume();
  });

  it('closes nobody who reads', async () => {
    const app = await startSecureApp({ slowClient, rateLimit });
    const alice = await app.connectAs('alice');
    for (let round = 0; round < 20; round += 1)
      await Promise.all(Array.from({ length: 200 }, () => alice.emitWithAck('ping', {})));
    expect(alice.connected).toBe(true);
  });
});

describe('guessing in parallel', () => {
  const start = async (authenticate: (token: string) => Principal | undefined) => {
    let tries = 0;
    const strategy = new CustomStrategy(({ token = '' }) => {
      tries += 1;
      return authenticate(token);
    });
    const app = await startApp({
      gateway: {
        authentication: { strategies: [strategy] },
        rateLimit: { maxConnects: 1_000, maxFailedAuthentications: 10 },
        slowClient: { maxQueuedBytes: 1_000_000 },
      },
    });
    return { app, tries: () => tries };
  };
  const GUESSERS: [string, (token: string) => Principal | undefined][] = [
    ['that a strategy does not know', () => undefined],
    [
      'at which a strategy throws',
      () => {
        throw new Error('malformed');
      },
    ],
    [
      'at which a strategy throws an error of the protocol',
      () => {
        throw new StreamingError('INVALID_PAYLOAD', 'malformed');
      },
    ],
    [
      'at which a strategy asks for another',
      () => {
        throw new StreamingError('AUTHENTICATION_REQUIRED', 'malformed');
      },
    ],
  ];

  it.each(GUESSERS)('tries no more credentials %s than may fail: one post', async (_, guess) => {
    const { app, tries } = await start(guess);
    const session = await RawPolling.open(app.url);
    const packets = Array.from({ length: 900 }, (__, index) => `40/streaming,{"token":"${index}"}`);
    await session.post(packets.join(RECORD_SEPARATOR));
    let answers = '';
    while (answers.split('RATE_LIMITED').length <= 890) answers += (await session.poll()).body;
    expect(tries()).toBe(10);
  });

  it.each(GUESSERS)('tries no more %s: many transports', async (_, guess) => {
    const { app, tries } = await start(guess);
    const guesses = Array.from({ length: 40 }, (__, index) =>
      outcomeOf(app.connect({ auth: { token: `${index}` }, reconnection: false })),
    );
    const outcomes = await Promise.all(guesses);
    expect(tries()).toBe(10);
    expect(
      outcomes.filter((one) => one !== 'connected' && one.code === 'RATE_LIMITED'),
    ).toHaveLength(30);
  });

  it('counts the attempts of clients that leave at once, when their strategy has answered', async () => {
    const answers: ((principal?: Principal) => void)[] = [];
    const strategy = new CustomStrategy(
      () => new Promise<Principal | undefined>((resolve) => answers.push(resolve)),
    );
    const app = await startApp({
      gateway: {
        authentication: { strategies: [strategy] },
        rateLimit: { maxFailedAuthentications: 3 },
      },
    });
    /** A client that leaves while its credential is checked. */
    const guess = async (): Promise<void> => {
      const raw = await openTransport(app.url);
      const before = answers.length;
      raw.send('40/streaming,{"token":"x"}');
      while (answers.length === before) await new Promise((resolve) => setImmediate(resolve));
      raw.close();
      await raw.closed;
    };
    const outcome = () => outcomeOf(app.connect({ auth: { token: 'x' }, reconnection: false }));
    // A good credential is given back though its client did not wait for the answer.
    await guess();
    answers.pop()?.(principal('ada'));
    for (let count = 0; count < 3; count += 1) await guess();
    // All that may fail are being tried: the next one waits for them.
    const waiting = outcome();
    for (const answer of answers) answer(undefined);
    expect(await waiting).toMatchObject({ code: 'RATE_LIMITED' });
    expect(await outcome()).toMatchObject({ code: 'RATE_LIMITED' });
    expect(answers).toHaveLength(3);
  });

  it('lets many users of one address in at the same time', async () => {
    const { app } = await start((token) => principal(token));
    const clients = Array.from({ length: 50 }, (_, index) =>
      outcomeOf(app.connect({ auth: { token: `user-${index}` } })),
    );
    expect(new Set(await Promise.all(clients))).toEqual(new Set(['connected']));
  });
});

describe('several gateways', () => {
  const byToken = { strategies: [new CustomStrategy(({ token = '' }) => principal(token))] };

  it.each<[string, WebSocketGatewayOptions, string]>([
    ['in total', { maxConnections: 3 }, 'user-%n'],
    ['of an address', { maxConnectionsPerAddress: 3 }, 'user-%n'],
    ['of a principal', { maxConnectionsPerPrincipal: 3 }, 'alice'],
  ])('share the limits of connections: %s', async (_, limits, token) => {
    @StreamingGateway({ namespace: '/support' })
    class SupportGateway extends StreamingWebSocketGateway {}
    const app = await startAppOf({
      imports: [StreamingModule.forRoot({ gateway: { authentication: byToken, ...limits } })],
      providers: [SupportGateway],
    });
    const outcomes: string[] = [];
    for (let index = 0; index < 6; index += 1) {
      const outcome = await outcomeOf(
        app.connect({
          namespace: index % 2 === 0 ? '/streaming' : '/support',
          auth: { token: token.replace('%n', String(index)) },
          reconnection: false,
        }),
      );
      outcomes.push(outcome === 'connected' ? outcome : outcome.code);
    }
    expect(outcomes).toEqual([
      ...Array.from({ length: 3 }, () => 'connected'),
      ...Array.from({ length: 3 }, () => 'TOO_MANY_CONNECTIONS'),
    ]);
  });

  it('share the failures of an address', async () => {
    const authentication = { strategies: [new CustomStrategy(() => undefined)] };
    @StreamingGateway({ namespace: '/support' })
    class SupportGateway extends StreamingWebSocketGateway {}
    const app = await startAppOf({
      imports: [
        StreamingModule.forRoot({
          gateway: { authentication, rateLimit: { maxFailedAuthentications: 2 } },
        }),
      ],
      providers: [SupportGateway],
    });
    const codes: unknown[] = [];
    for (const namespace of ['/streaming', '/support', '/streaming', '/support'])
      codes.push(
        await outcomeOf(app.connect({ namespace, auth: { token: 'x' }, reconnection: false })),
      );
    expect(codes).toMatchObject([
      { code: 'AUTHENTICATION_FAILED' },
      { code: 'AUTHENTICATION_FAILED' },
      { code: 'RATE_LIMITED' },
      { code: 'RATE_LIMITED' },
    ]);
  });
});

describe('the address of a client', () => {
  it('is the same whatever port a balancer adds to it', async () => {
    const app = await startSecureApp({ trustedProxies: 1, maxConnectionsPerAddress: 2 });
    const from = (forwarded: string) => ask(app.url, { headers: { 'x-forwarded-for': forwarded } });
    for (const port of [1, 2, 3, 4]) await from(`192.0.2.1:${port}`);
    for (const port of [1, 2, 3, 4]) await from(`[2001:db8::${port}]:${port}`);
    expect(lines).toEqual([]);
    const session = await RawPolling.open(app.url, {
      headers: { 'x-forwarded-for': '192.0.2.1:9' },
    });
    expect((await session.poll()).body).toContain('TOO_MANY_CONNECTIONS');
  });
});
