import { describe, expect, it } from '@jest/globals';
import {
  CustomStrategy,
  StreamingError,
  StreamingGateway,
  StreamingModule,
  StreamingWebSocketGateway,
  type Principal,
  type WebSocketGatewayOptions,
} from '../../../src/index.js';
import { loggedLines } from '../../support/logged-lines.js';
import { outcomeOf } from '../../support/plain-client.js';
import { startApp, startAppOf } from '../../support/streaming-app.js';
import { ask, RawPolling, RECORD_SEPARATOR } from './raw-polling.js';
import { openTransport, type RawTransport } from './raw-transport.js';
import { startSecureApp, tokenOf, sessionsOf } from './secure-app.js';

const principal = (id: string): Principal => ({ id, scopes: [], claims: {} });

const lines = loggedLines('warn');

describe('a transport that joins no namespace', () => {
  it.each(['websocket', 'polling'] as const)('is closed in time over %s', async (transport) => {
    const app = await startSecureApp({ connectTimeoutMs: 200 });
    const began = performance.now();
    if (transport === 'websocket') await (await openTransport(app.url)).closed;
    else await (await RawPolling.open(app.url)).gone();
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
    await session.gone();
    expect(sessionsOf(app)).toBe(0);
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
