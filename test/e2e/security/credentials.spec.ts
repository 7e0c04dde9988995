import { beforeEach, describe, expect, it } from '@jest/globals';
import { base64url } from 'jose';
import { outcomeOf } from '../../support/plain-client.js';
import {
  API_KEY,
  claimsOf,
  inSeconds,
  type SecureApp,
  sign,
  startSecureApp,
  tokenOf,
} from './secure-app.js';

type Auth = Record<string, unknown>;
type Code = 'AUTHENTICATION_FAILED' | 'AUTHENTICATION_REQUIRED' | 'AUTHENTICATION_EXPIRED';

/** A token that no library would make. */
const forge = (header: object, claims = claimsOf(), signature = ''): string =>
  [header, claims].map((part) => base64url.encode(JSON.stringify(part))).join('.') +
  `.${signature}`;

const tampered = async (): Promise<string> => {
  const [header, , signature] = (await tokenOf('bob')).split('.');
  return `${header}.${base64url.encode(JSON.stringify(claimsOf({ sub: 'alice' })))}.${signature}`;
};

describe('a connection attempt', () => {
  let app: SecureApp;

  beforeEach(async () => {
    app = await startSecureApp();
  });

  it.each<[string, Code, () => Auth | Promise<Auth>]>([
    ['without a credential', 'AUTHENTICATION_REQUIRED', () => ({})],
    [
      'with an identity in metadata',
      'AUTHENTICATION_REQUIRED',
      () => ({ metadata: { client: 'admin', userId: 'alice' } }),
    ],
    [
      'with a user id in the payload',
      'AUTHENTICATION_FAILED',
      () => ({ userId: 'alice', principal: { id: 'alice' } }),
    ],
    ['with garbage for a token', 'AUTHENTICATION_FAILED', () => ({ token: 'garbage' })],
    ['with garbage of three parts', 'AUTHENTICATION_FAILED', () => ({ token: 'a.b.c' })],
    [
      'with a token that is an object',
      'AUTHENTICATION_REQUIRED',
      () => ({ token: { sub: 'alice' } }),
    ],
    [
      'with a token that is a list',
      'AUTHENTICATION_REQUIRED',
      async () => ({ token: [await tokenOf('alice')] }),
    ],
    [
      'with an expired token',
      'AUTHENTICATION_EXPIRED',
      async () => ({ token: await tokenOf('alice', { exp: inSeconds(-5) }) }),
    ],
    [
      'with a token that is not valid yet',
      'AUTHENTICATION_FAILED',
      async () => ({ token: await tokenOf('alice', { nbf: inSeconds(300) }) }),
    ],
    [
      'with a token that never expires',
      'AUTHENTICATION_FAILED',
      async () => ({ token: await tokenOf('alice', { exp: undefined }) }),
    ],
    [
      'with a token of another issuer',
      'AUTHENTICATION_FAILED',
      async () => ({ token: await tokenOf('alice', { iss: 'https://evil.test' }) }),
    ],
    [
      'with a token of no issuer',
      'AUTHENTICATION_FAILED',
      async () => ({ token: await tokenOf('alice', { iss: undefined }) }),
    ],
    [
      'with a token for another audience',
      'AUTHENTICATION_FAILED',
      async () => ({ token: await tokenOf('alice', { aud: 'billing' }) }),
    ],
    [
      'with a token signed with another key',
      'AUTHENTICATION_FAILED',
      async () => ({
        token: await sign(claimsOf(), { secret: 'a-guess-at-the-secret-of-the-gateway' }),
      }),
    ],
    [
      'with a token of an algorithm that is not pinned',
      'AUTHENTICATION_FAILED',
      async () => ({ token: await sign(claimsOf(), { alg: 'HS512' }) }),
    ],
    [
      'with a token of alg none',
      'AUTHENTICATION_FAILED',
      () => ({ token: forge({ alg: 'none' }) }),
    ],
    [
      'with a token of alg NONE',
      'AUTHENTICATION_FAILED',
      () => ({ token: forge({ alg: 'NONE' }) }),
    ],
    [
      'with a stripped signature',
      'AUTHENTICATION_FAILED',
      async () => ({ token: (await tokenOf('alice')).replace(/[^.]*$/, '') }),
    ],
    ['with changed claims', 'AUTHENTICATION_FAILED', async () => ({ token: await tampered() })],
    [
      'with a key in the token itself',
      'AUTHENTICATION_FAILED',
      () => ({
        token: forge({ alg: 'HS256', jwk: { kty: 'oct', k: 'AAAA' } }, claimsOf(), 'AAAA'),
      }),
    ],
    [
      'with a token without a tenant',
      'AUTHENTICATION_FAILED',
      async () => ({ token: await tokenOf('alice', { org: undefined }) }),
    ],
    [
      'with a token without a subject',
      'AUTHENTICATION_FAILED',
      async () => ({ token: await tokenOf('', {}) }),
    ],
    ['with an unknown API key', 'AUTHENTICATION_FAILED', () => ({ apiKey: `${API_KEY}x` })],
    [
      'with a token in the place of an API key',
      'AUTHENTICATION_FAILED',
      async () => ({ apiKey: await tokenOf('alice') }),
    ],
    [
      'with an API key in the place of a token',
      'AUTHENTICATION_FAILED',
      () => ({ token: API_KEY }),
    ],
    ['with a made-up ticket', 'AUTHENTICATION_FAILED', () => ({ ticket: 'A'.repeat(43) })],
    [
      'with a ticket that is a query operator',
      'AUTHENTICATION_FAILED',
      () => ({ ticket: { $ne: null } }),
    ],
    ['with a huge token', 'AUTHENTICATION_REQUIRED', () => ({ token: 'x'.repeat(20_000) })],
    [
      'with a credential behind __proto__',
      'AUTHENTICATION_FAILED',
      () => JSON.parse('{"__proto__":{"token":"x","admin":true}}') as Auth,
    ],
  ])('%s is refused before the connection exists', async (_, code, auth) => {
    const client = app.connect({ auth: await auth(), reconnection: false });
    expect(await outcomeOf(client)).toEqual({
      code,
      message: expect.any(String),
      retryable: false,
      correlationId: expect.any(String),
    });
    expect(client.connected).toBe(false);
    expect(app.gateway.getActiveConnections()).toEqual([]);
    expect(app.gateway.getStats().totalConnections).toBe(0);
    expect(Object.prototype).not.toHaveProperty('admin');
  });

  it('is not told why a credential was refused', async () => {
    const messages = new Set<string>();
    for (const auth of [{ token: forge({ alg: 'none' }) }, { apiKey: 'x' }, { ticket: 'x' }]) {
      const outcome = await outcomeOf(app.connect({ auth, reconnection: false }));
      messages.add(outcome === 'connected' ? outcome : outcome.message);
    }
    expect([...messages]).toEqual(['The credential was refused.']);
  });

  it.each<[string, () => Promise<{ auth?: Auth; extraHeaders?: Record<string, string> }>]>([
    ['a token', async () => ({ auth: { token: await tokenOf('alice') } })],
    ['an API key', async () => ({ auth: { apiKey: API_KEY } })],
    [
      'a ticket',
      async () => ({
        auth: {
          ticket: (await app.tickets.issue({ id: 'alice', tenant: 'acme', scopes: [], claims: {} }))
            .ticket,
        },
      }),
    ],
    [
      'a token in the header',
      async () => ({ extraHeaders: { authorization: `Bearer ${await tokenOf('alice')}` } }),
    ],
    ['an API key in the header', async () => ({ extraHeaders: { 'x-api-key': API_KEY } })],
    [
      'a token in the cookie',
      async () => ({ extraHeaders: { cookie: `session=${await tokenOf('alice')}` } }),
    ],
  ])('with %s is let in as its principal', async (_, options) => {
    expect(await outcomeOf(app.connect(await options()))).toBe('connected');
    expect(app.gateway.getActiveConnections().map(({ principalId }) => principalId)).toEqual([
      'alice',
    ]);
  });

  it('with a ticket works once, also when it is presented twice at the same time', async () => {
    const { ticket } = await app.tickets.issue({
      id: 'alice',
      tenant: 'acme',
      scopes: [],
      claims: {},
    });
    const outcomes = await Promise.all(
      [1, 2].map(() => outcomeOf(app.connect({ auth: { ticket }, reconnection: false }))),
    );
    const codes = outcomes.map((outcome) => (outcome === 'connected' ? outcome : outcome.code));
    expect(codes.toSorted()).toEqual(['AUTHENTICATION_FAILED', 'connected']);
    const replay = await outcomeOf(app.connect({ auth: { ticket }, reconnection: false }));
    expect(replay).toMatchObject({ code: 'AUTHENTICATION_FAILED' });
  });

  it('with a token in the query is not looked at', async () => {
    const client = app.connect({ query: { token: await tokenOf('alice') }, reconnection: false });
    expect(await outcomeOf(client)).toMatchObject({ code: 'AUTHENTICATION_REQUIRED' });
  });

  it('to a namespace that no gateway listens in is refused', async () => {
    const auth = { token: await tokenOf('alice') };
    for (const namespace of ['/', '/other', '/streaming/..']) {
      expect(await outcomeOf(app.connect({ auth, namespace, reconnection: false }))).not.toBe(
        'connected',
      );
    }
  });
});
