import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { JwtStrategy } from './jwt.strategy.js';
import type { JwtJwksOptions } from './jwt-keys.js';

type Options = Omit<JwtJwksOptions, 'jwksUri'>;

const unavailable = { code: 'AUTHENTICATION_UNAVAILABLE', retryable: true };

/** The ways in which a provider is down. */
const OUTAGES: readonly (readonly [string, RequestListener])[] = [
  ['answers 503', (_request, response) => void response.writeHead(503).end()],
  ['answers with a page', (_request, response) => void response.end('<h1>maintenance</h1>')],
  ['answers with no key set', (_request, response) => void response.end('{"keys":7}')],
  [
    'answers with a redirect',
    (_request, response) => void response.writeHead(302, { location: '/' }).end(),
  ],
  ['hangs up', (request) => void request.socket.destroy()],
  [
    'answers without end',
    (_request, response) => {
      const more = (): void => void response.write(`{"keys":"${'x'.repeat(65_536)}`, more);
      more();
    },
  ],
];

describe('the keys of an identity provider', () => {
  let server: Server;
  let jwksUri: string;
  let answer: RequestListener;
  let requests: number;
  let keys: Record<string, CryptoKey>;
  let warn: ReturnType<typeof jest.spyOn>;

  const publish = (published: readonly JWK[]): void => {
    answer = (_request, response) => void response.end(JSON.stringify({ keys: published }));
  };
  const addKey = async (kid: string): Promise<JWK> => {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    keys[kid] = privateKey;
    return { ...(await exportJWK(publicKey)), kid, alg: 'ES256' };
  };
  const sign = (kid: string): Promise<string> =>
    new SignJWT({ sub: 'alice' })
      .setProtectedHeader({ alg: 'ES256', kid })
      .setExpirationTime('1h')
      .sign(keys[kid] ?? new Uint8Array());
  /** With keys that are always old, so that each token asks the provider. */
  const strategyOf = (options: Options = {}): JwtStrategy =>
    new JwtStrategy({ jwksUri, jwksMaxAgeMs: 0, jwksCooldownMs: 0, ...options });

  beforeEach(async () => {
    keys = {};
    requests = 0;
    warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    server = createServer((request, response) => {
      requests += 1;
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    jwksUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
    publish([await addKey('one')]);
  });

  afterEach(async () => {
    warn.mockRestore();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it.each(OUTAGES)('verify tokens of known keys while it %s', async (_, outage) => {
    const jwt = strategyOf();
    await jwt.authenticate({ token: await sign('one') });
    answer = outage;
    expect(await jwt.authenticate({ token: await sign('one') })).toMatchObject({ id: 'alice' });
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('last good keys are used until'));
  });

  it.each(OUTAGES)('cannot say what an unknown key is while it %s', async (_, outage) => {
    const jwt = strategyOf();
    await jwt.authenticate({ token: await sign('one') });
    answer = outage;
    await addKey('two');
    await expect(jwt.authenticate({ token: await sign('two') })).rejects.toMatchObject(unavailable);
  });

  it.each(OUTAGES)('let nobody in when it %s from the start', async (_, outage) => {
    answer = outage;
    await expect(strategyOf().authenticate({ token: await sign('one') })).rejects.toMatchObject(
      unavailable,
    );
  });

  it('are not used longer than jwksMaxStaleMs', async () => {
    const jwt = strategyOf({ jwksMaxStaleMs: 0 });
    await jwt.authenticate({ token: await sign('one') });
    answer = (_request, response) => void response.writeHead(503).end();
    await expect(jwt.authenticate({ token: await sign('one') })).rejects.toMatchObject(unavailable);
  });

  it('are fetched no more than once in a cooldown, whatever keys tokens name', async () => {
    const jwt = strategyOf({ jwksCooldownMs: 60_000 });
    await jwt.authenticate({ token: await sign('one') });
    answer = (_request, response) => void response.writeHead(503).end();
    const tokens = await Promise.all(['one', 'one', 'one'].map(sign));
    await jwt.authenticate({ token: tokens[0] ?? '' });
    const before = requests;
    for (const token of tokens) await jwt.authenticate({ token });
    expect(requests).toBe(before);
    expect(warn).toHaveBeenCalledTimes(1);
  });

  it('are those of the provider again as soon as it answers', async () => {
    const jwt = strategyOf();
    await jwt.authenticate({ token: await sign('one') });
    answer = (_request, response) => void response.writeHead(503).end();
    await jwt.authenticate({ token: await sign('one') });
    publish([await addKey('two')]);
    expect(await jwt.authenticate({ token: await sign('two') })).toMatchObject({ id: 'alice' });
    // The provider took the first key back.
    await expect(jwt.authenticate({ token: await sign('one') })).rejects.toMatchObject({
      code: 'AUTHENTICATION_FAILED',
    });
  });
});
