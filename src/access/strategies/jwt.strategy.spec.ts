import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { base64url, SignJWT } from 'jose';
import type { Principal } from '../principal.js';
import { JwtStrategy, type JwtStrategyOptions } from './jwt.strategy.js';

const SECRET = 'a-secret-of-at-least-thirty-two-bytes';
const OTHER_SECRET = 'another-secret-of-at-least-32-bytes!!';
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

interface TokenFacts {
  readonly claims?: Record<string, unknown>;
  readonly alg?: string;
  readonly typ?: string;
  readonly key?: KeyObject | Uint8Array;
}

const now = (): number => Math.floor(Date.now() / 1000);

const sign = ({
  claims,
  alg = 'HS256',
  typ,
  key = bytes(SECRET),
}: TokenFacts = {}): Promise<string> =>
  new SignJWT({ sub: 'alice', exp: now() + 600, ...claims })
    .setProtectedHeader({ alg, ...(typ === undefined ? {} : { typ }) })
    .sign(key);

/** A token put together by hand, as no library would. */
const forge = (header: object, claims: object, signature = ''): string =>
  [header, claims].map((part) => base64url.encode(JSON.stringify(part))).join('.') +
  `.${signature}`;

const verify = (
  options: JwtStrategyOptions,
  token: string | undefined,
): Promise<Principal | undefined> =>
  new JwtStrategy(options).authenticate(token === undefined ? {} : { token });

const prefixedPrincipal = (claims: Readonly<Record<string, unknown>>): Principal => ({
  id: `user-${String(claims['sub'])}`,
  scopes: [],
  claims: {},
});

const pem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();

const failed = { code: 'AUTHENTICATION_FAILED', message: 'The credential was refused.' };
const expired = { code: 'AUTHENTICATION_EXPIRED' };

describe('JwtStrategy with a secret', () => {
  it('makes the principal of the claims', async () => {
    const exp = now() + 600;
    const token = await sign({ claims: { scope: 'read write', exp } });
    expect(await verify({ secret: SECRET }, token)).toEqual({
      id: 'alice',
      scopes: ['read', 'write'],
      claims: { sub: 'alice', scope: 'read write', exp },
      expiresAt: exp * 1000 + 5000,
    });
  });

  it('maps the claims that it is told to', async () => {
    const token = await sign({ claims: { uid: 'u1', org: 'acme', roles: ['a', 7, ''] } });
    const principal = { id: 'uid', tenant: 'org', scopes: 'roles' };
    expect(await verify({ secret: SECRET, principal }, token)).toMatchObject({
      id: 'u1',
      tenant: 'acme',
      scopes: ['a'],
    });
  });

  it('lets a function make the principal', async () => {
    const token = await sign();
    expect(await verify({ secret: SECRET, principal: prefixedPrincipal }, token)).toEqual({
      id: 'user-alice',
      scopes: [],
      claims: {},
    });
  });

  it.each([
    ['no token', undefined],
    ['an opaque token', 'opaque-token'],
    ['a token of five parts', 'a.b.c.d.e'],
  ])('leaves %s to the next strategy', async (_, token) => {
    expect(await verify({ secret: SECRET }, token)).toBeUndefined();
  });

  it('leaves a token of another issuer to the next strategy', async () => {
    const token = await sign({ claims: { iss: 'https://other' } });
    expect(await verify({ secret: SECRET, issuer: 'https://id' }, token)).toBeUndefined();
  });

  it.each<[string, TokenFacts, Partial<JwtStrategyOptions>, object]>([
    ['signed with another secret', { key: bytes(OTHER_SECRET) }, {}, failed],
    ['of an algorithm that is not pinned', { alg: 'HS512' }, {}, failed],
    ['that expired', { claims: { exp: now() - 60 } }, {}, expired],
    ['that is not valid yet', { claims: { nbf: now() + 60 } }, {}, failed],
    ['without an expiry', { claims: { exp: undefined } }, {}, failed],
    ['without a subject', { claims: { sub: undefined } }, {}, failed],
    ['with an empty subject', { claims: { sub: '' } }, {}, failed],
    ['with a subject that is no text', { claims: { sub: { id: 'alice' } } }, {}, failed],
    ['for another audience', { claims: { aud: 'other' } }, { audience: 'chat' }, failed],
    ['for no audience', {}, { audience: 'chat' }, failed],
    ['without the tenant', {}, { principal: { tenant: 'org' } }, failed],
    ['whose id would be inherited', {}, { principal: { id: 'constructor' } }, failed],
    ['of another type', { typ: 'JWT' }, { tokenType: 'at+jwt' }, failed],
  ])('refuses a token %s', async (_, facts, options, error) => {
    const token = await sign(facts);
    await expect(
      verify({ secret: SECRET, ...options } as JwtStrategyOptions, token),
    ).rejects.toMatchObject(error);
  });

  it.each([
    ['alg none', forge({ alg: 'none' }, { sub: 'admin', exp: now() + 600 })],
    ['alg None', forge({ alg: 'None' }, { sub: 'admin', exp: now() + 600 })],
    ['no algorithm', forge({}, { sub: 'admin', exp: now() + 600 })],
    ['a stripped signature', forge({ alg: 'HS256' }, { sub: 'admin', exp: now() + 600 })],
    [
      'an unknown critical header',
      forge({ alg: 'HS256', crit: ['x'], x: 1 }, { sub: 'admin' }, 'AA'),
    ],
    [
      'its own key in the header',
      forge({ alg: 'HS256', jwk: { kty: 'oct', k: 'AA' } }, { sub: 'admin' }, 'AA'),
    ],
    ['binary junk', '\u0000\u0001.\u0002.\u0003'],
    ['empty parts', '..'],
  ])('refuses %s', async (_, token) => {
    await expect(verify({ secret: SECRET }, token)).rejects.toMatchObject(failed);
  });

  it('refuses an unsigned token that names our issuer', async () => {
    const token = forge({ alg: 'none' }, { sub: 'admin', iss: 'https://id', exp: now() + 600 });
    await expect(verify({ secret: SECRET, issuer: 'https://id' }, token)).rejects.toMatchObject(
      failed,
    );
  });

  it('refuses a token whose claims were changed', async () => {
    const [header, , signature] = (await sign()).split('.');
    const claims = base64url.encode(JSON.stringify({ sub: 'admin', exp: now() + 600 }));
    await expect(
      verify({ secret: SECRET }, `${header}.${claims}.${signature}`),
    ).rejects.toMatchObject(failed);
  });

  it('allows for clocks that differ by less than the tolerance', async () => {
    const exp = now() - 30;
    const token = await sign({ claims: { exp } });
    const principal = await verify({ secret: SECRET, clockToleranceMs: 60_000 }, token);
    expect(principal).toMatchObject({ id: 'alice', expiresAt: (exp + 60) * 1000 });
  });

  it('accepts a token without an expiry when told to', async () => {
    const token = await sign({ claims: { exp: undefined } });
    const principal = await verify({ secret: SECRET, requireExpiration: false }, token);
    expect(principal).toMatchObject({ id: 'alice' });
    expect(principal).not.toHaveProperty('expiresAt');
  });
});

describe('JwtStrategy with a public key', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ed = generateKeyPairSync('ed25519');
  let confused: string;

  beforeAll(async () => {
    confused = await sign({ alg: 'HS256', key: bytes(pem(rsa.publicKey)) });
  });

  it.each([
    ['RS256', rsa],
    ['PS256', rsa],
    ['ES256', ec],
    ['EdDSA', ed],
  ])('accepts %s for a key of its kind', async (alg, { publicKey, privateKey }) => {
    const token = await sign({ alg, key: privateKey });
    expect(await verify({ publicKey: pem(publicKey) }, token)).toMatchObject({ id: 'alice' });
  });

  it('refuses an HMAC made with the public key as the secret', async () => {
    await expect(verify({ publicKey: pem(rsa.publicKey) }, confused)).rejects.toMatchObject(failed);
  });

  it('refuses a token of another key', async () => {
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const token = await sign({ alg: 'RS256', key: other.privateKey });
    await expect(verify({ publicKey: pem(rsa.publicKey) }, token)).rejects.toMatchObject(failed);
  });

  it('refuses an algorithm that fits the key but was not named', async () => {
    const token = await sign({ alg: 'PS256', key: rsa.privateKey });
    const options = { publicKey: pem(rsa.publicKey), algorithms: ['RS256'] as const };
    await expect(verify(options, token)).rejects.toMatchObject(failed);
  });
});

describe('JwtStrategy options', () => {
  it('are warned of when the secret is short', () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const warnings = ['short', SECRET].map((secret) => {
      warn.mockClear();
      void new JwtStrategy({ secret });
      return warn.mock.calls.length;
    });
    warn.mockRestore();
    expect(warnings).toEqual([1, 0]);
  });

  it('refuse a short secret at boot in production, and say what to set', () => {
    const mode = process.env['NODE_ENV'];
    process.env['NODE_ENV'] = 'production';
    try {
      expect(() => new JwtStrategy({ secret: 'x'.repeat(31) })).toThrow(/has 31 bytes.*openssl/s);
      expect(() => new JwtStrategy({ secret: '' })).toThrow(/JWT_SECRET/);
      void new JwtStrategy({ secret: 'x'.repeat(32) });
    } finally {
      process.env['NODE_ENV'] = mode;
    }
  });

  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

  it.each<[string, object]>([
    ['no key', {}],
    ['two kinds of key', { secret: SECRET, publicKey: publicPem }],
    ['an empty secret', { secret: '' }],
    ['an undefined secret', { secret: undefined }],
    ['a public key as the secret', { secret: publicPem }],
    ['a private key as the secret', { secret: privatePem }],
    [
      'a JSON Web Key as the secret',
      { secret: JSON.stringify(publicKey.export({ format: 'jwk' })) },
    ],
    ['an undefined issuer', { secret: SECRET, issuer: undefined }],
    ['an empty audience', { secret: SECRET, audience: '' }],
    ['no audience in a list', { secret: SECRET, audience: [] }],
    ['no algorithm', { secret: SECRET, algorithms: [] }],
    ['alg none', { secret: SECRET, algorithms: ['none'] }],
    ['HMAC with a public key', { publicKey: publicPem, algorithms: ['HS256'] }],
    ['an algorithm of another kind of key', { publicKey: publicPem, algorithms: ['ES256'] }],
    ['a private key', { publicKey: privatePem }],
    ['a key that is none', { publicKey: 'nonsense' }],
    ['HMAC with a key set', { jwksUri: 'https://id.example.com/jwks', algorithms: ['HS256'] }],
    ['alg none with a key set', { jwksUri: 'https://id.example.com/jwks', algorithms: ['none'] }],
    ['a key set over http', { jwksUri: 'http://id.example.com/jwks' }],
    ['a key set at no URL', { jwksUri: 'jwks' }],
  ])('refuse %s at boot', (_, options) => {
    expect(() => new JwtStrategy(options as JwtStrategyOptions)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS' }),
    );
  });
});
