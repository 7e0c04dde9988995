import { describe, expect, it } from '@jest/globals';
import { type AuthenticationStrategy } from '../../../src/entries/auth.js';
import { type ErrorBody } from '../../../src/client/index.js';
import { Deferred } from '../../support/deferred.js';
import { accepted, outcomeOf, refused } from '../../support/plain-client.js';
import { openTransport } from './raw-transport.js';
import { secretRun, type SecureApp, startSecureApp, tokenOf } from './secure-app.js';

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
