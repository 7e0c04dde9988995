import { describe, expect, it } from '@jest/globals';
import {
  GatewayAuthenticationService,
  JwtStrategy,
  type ErrorMessage,
} from '../../../src/index.js';
import { accepted, Inbox, next, outcomeOf, refused } from '../../support/plain-client.js';
import {
  claimsOf,
  disconnected,
  inSeconds,
  SECRET,
  secretRun,
  sign,
  startSecureApp,
  tokenOf,
} from './secure-app.js';

const ALICE = { principalId: 'alice', tenant: 'acme' };

/** The code that the server gave before it closed the connection. */
const closedWith = async (client: Parameters<typeof disconnected>[0]): Promise<string> => {
  const error = next(client, 'error');
  const reason = await disconnected(client);
  expect(reason).toBe('io server disconnect');
  return ((await error) as ErrorMessage).code;
};

describe('a credential that expires', () => {
  it('closes the connection with a code, after notice, and nothing is sent any more', async () => {
    const app = await startSecureApp();
    const exp = inSeconds(3);
    app.streaming.run(secretRun('x'), { executionId: 'run', owner: ALICE });
    const alice = app.connect({ auth: { token: await tokenOf('alice', { exp }) } });
    const inbox = new Inbox(alice);
    const notice = next(alice, 'authentication_expiring');
    accepted(await alice.emitWithAck('subscribe_execution', { executionId: 'run' }));
    expect(await notice).toEqual({ expiresAt: exp * 1000 });
    expect(await closedWith(alice)).toBe('AUTHENTICATION_EXPIRED');
    expect(Date.now()).toBeGreaterThanOrEqual(exp * 1000);
    const seen = inbox.updates.length;
    await app.streaming.respond('run', { value: 'late' });
    expect(await outcomeOf(alice.connect())).toMatchObject({ code: 'AUTHENTICATION_EXPIRED' });
    expect(inbox.updates).toHaveLength(seen);
    expect(app.gateway.getActiveConnections()).toEqual([]);
  }, 20_000);

  it('is good for as long as the clocks may differ', async () => {
    const strategies = [new JwtStrategy({ secret: SECRET, clockToleranceMs: 60_000 })];
    const app = await startSecureApp({ authentication: { strategies } });
    const expired = await tokenOf('alice', { exp: inSeconds(-57) });
    const alice = app.connect({ auth: { token: expired } });
    expect(await outcomeOf(alice)).toBe('connected');
    expect(await closedWith(alice)).toBe('AUTHENTICATION_EXPIRED');
    expect(await outcomeOf(alice.connect())).toMatchObject({ code: 'AUTHENTICATION_EXPIRED' });
  }, 20_000);

  it('is renewed in place, and the subscription goes on without a gap', async () => {
    const app = await startSecureApp();
    app.streaming.run(secretRun('x'), { executionId: 'run', owner: ALICE });
    const first = inSeconds(3);
    const alice = await app.connectAs('alice', { exp: first });
    const inbox = new Inbox(alice);
    accepted(await alice.emitWithAck('subscribe_execution', { executionId: 'run' }));
    const exp = first + 1;
    const answer = accepted(
      await alice.emitWithAck('authentication', { token: await tokenOf('alice', { exp }) }),
    );
    expect(answer).toEqual({ connectionId: alice.id, expiresAt: exp * 1000 });
    expect(await closedWith(alice)).toBe('AUTHENTICATION_EXPIRED');
    expect(Date.now()).toBeGreaterThanOrEqual(exp * 1000);
    expect(inbox.sequences).toEqual(inbox.sequences.map((_, index) => index + 1));
  }, 20_000);

  it('is renewed by a ticket too', async () => {
    const app = await startSecureApp();
    const alice = await app.connectAs('alice', { exp: inSeconds(60) });
    const expiresAt = Date.now() + 600_000;
    const { ticket } = await app.tickets.issue({
      id: 'alice',
      tenant: 'acme',
      scopes: [],
      claims: {},
      expiresAt,
    });
    const answer = accepted(await alice.emitWithAck('authentication', { ticket }));
    expect(answer).toEqual({ connectionId: alice.id, expiresAt });
  });

  it('further away than a timer reaches does not close the connection at once', async () => {
    const app = await startSecureApp();
    const alice = await app.connectAs('alice', { exp: inSeconds(400 * 86_400) });
    accepted(await alice.emitWithAck('ping', {}));
    expect(alice.connected).toBe(true);
  });
});

describe('renewing', () => {
  it.each<[string, () => Promise<object>, string]>([
    ["another's token", async () => ({ token: await tokenOf('mallory') }), 'AUTHENTICATION_FAILED'],
    [
      'a token of another tenant',
      async () => ({ token: await tokenOf('alice', { org: 'other' }) }),
      'AUTHENTICATION_FAILED',
    ],
    [
      'an expired token',
      async () => ({ token: await tokenOf('alice', { exp: inSeconds(-5) }) }),
      'AUTHENTICATION_EXPIRED',
    ],
    [
      'a forged token',
      async () => ({
        token: await sign(claimsOf(), { secret: 'a-guess-at-the-secret-of-the-gateway' }),
      }),
      'AUTHENTICATION_FAILED',
    ],
    ['metadata', async () => ({ metadata: { client: 'admin' } }), 'AUTHENTICATION_REQUIRED'],
    ['nothing', async () => ({}), 'AUTHENTICATION_REQUIRED'],
    ['a token that is an object', async () => ({ token: { sub: 'admin' } }), 'INVALID_PAYLOAD'],
  ])('with %s is refused and changes nothing', async (_, payload, code) => {
    const app = await startSecureApp();
    app.streaming.run(secretRun('x'), {
      executionId: 'run',
      owner: { principalId: 'mallory', tenant: 'acme' },
    });
    const alice = await app.connectAs('alice');
    expect(refused(await alice.emitWithAck('authentication', await payload()))).toBe(code);
    expect(app.gateway.getActiveConnections()).toMatchObject([{ principalId: 'alice' }]);
    expect(refused(await alice.emitWithAck('subscribe_execution', { executionId: 'run' }))).toBe(
      'EXECUTION_NOT_FOUND',
    );
  });
});

describe('revoking', () => {
  it('a principal closes all its connections at once, and no others', async () => {
    const app = await startSecureApp();
    const clients = await Promise.all(['alice', 'alice', 'bob'].map((id) => app.connectAs(id)));
    const closed = clients.slice(0, 2).map(closedWith);
    expect(
      await app.app.get(GatewayAuthenticationService).revoke({ id: 'alice', tenant: 'acme' }),
    ).toBe(2);
    expect(await Promise.all(closed)).toEqual(['AUTHENTICATION_REVOKED', 'AUTHENTICATION_REVOKED']);
    expect(app.gateway.getActiveConnections()).toMatchObject([{ principalId: 'bob' }]);
  });

  it("one connection leaves the principal's others alone", async () => {
    const app = await startSecureApp();
    const [one, two] = [await app.connectAs('alice'), await app.connectAs('alice')];
    const closed = closedWith(one);
    expect(await app.app.get(GatewayAuthenticationService).revoke(one.id ?? '')).toBe(1);
    expect(await closed).toBe('AUTHENTICATION_REVOKED');
    accepted(await two.emitWithAck('ping', {}));
  });

  it('keeps the principal out for as long as it is told to', async () => {
    const app = await startSecureApp();
    await app.app
      .get(GatewayAuthenticationService)
      .revoke({ id: 'alice', tenant: 'acme' }, { refuseForMs: 60_000 });
    const client = app.connect({ auth: { token: await tokenOf('alice') }, reconnection: false });
    expect(await outcomeOf(client)).toMatchObject({ code: 'AUTHENTICATION_REVOKED' });
    await app.connectAs('bob');
  });

  it('takes effect on a request that is still being decided', async () => {
    let decide: (allowed: boolean) => void = () => undefined;
    let asked: () => void = () => undefined;
    const isAsked = new Promise<void>((resolve) => (asked = resolve));
    const app = await startSecureApp({
      accessPolicy: {
        authorize: () =>
          new Promise<boolean>((resolve) => {
            decide = resolve;
            asked();
          }),
      },
    });
    app.streaming.run(secretRun('x'), { executionId: 'run', owner: ALICE });
    const alice = await app.connectAs('alice');
    alice.emit('cancel_execution', { executionId: 'run' });
    await isAsked;
    const gone = disconnected(alice);
    await app.app.get(GatewayAuthenticationService).revoke({ id: 'alice', tenant: 'acme' });
    decide(true);
    await gone;
    const bob = await app.connectAs('bob');
    accepted(await bob.emitWithAck('ping', {}));
    expect(app.streaming.get('run')).toMatchObject({ state: 'interrupted' });
  });
});
