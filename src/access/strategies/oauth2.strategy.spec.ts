import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  IdentityProvider,
  INTROSPECTOR,
  RESOURCE,
} from '../../../test/support/identity-provider.js';
import type { AuthenticationStrategy } from '../authentication-strategy.js';
import type { Principal } from '../principal.js';
import { JwtStrategy } from './jwt.strategy.js';
import { OAuth2Strategy, type OAuth2StrategyOptions } from './oauth2.strategy.js';

const CONTEXT = {
  address: '127.0.0.1',
  headers: {},
  query: {},
  signal: new AbortController().signal,
};
const failed = { code: 'AUTHENTICATION_FAILED' };
const unavailable = { code: 'AUTHENTICATION_UNAVAILABLE', retryable: true };

const verify = (strategy: AuthenticationStrategy, token: string): Promise<Principal | undefined> =>
  strategy.authenticate({ token }, CONTEXT);

describe('tokens of a real identity provider', () => {
  let provider: IdentityProvider;

  beforeEach(async () => {
    provider = await IdentityProvider.start();
  });
  afterEach(() => provider.close());

  const requestsTo = (path: string): number =>
    provider.requests.filter((request) => request.endsWith(path)).length;

  describe('verified by its published keys', () => {
    const signed = (options: Partial<OAuth2StrategyOptions> = {}): OAuth2Strategy =>
      new OAuth2Strategy({
        issuer: provider.issuer,
        audience: `${RESOURCE}/jwt`,
        jwksCooldownMs: 0,
        ...options,
      });

    it('make the principal, and the provider is asked for its keys once', async () => {
      const strategy = signed();
      for (const id of ['alice', 'bob']) {
        expect(await verify(strategy, await provider.token(id))).toMatchObject({
          id,
          scopes: ['read'],
          claims: { iss: provider.issuer, aud: `${RESOURCE}/jwt`, client_id: id },
          expiresAt: expect.any(Number),
        });
      }
      expect(requestsTo('/.well-known/openid-configuration')).toBe(1);
      expect(requestsTo('/jwks')).toBe(1);
    });

    it('are known by their header type where the provider follows RFC 9068', async () => {
      expect(
        await verify(signed({ tokenType: 'at+jwt' }), await provider.token('alice')),
      ).toMatchObject({ id: 'alice' });
    });

    it('meant for another application are refused', async () => {
      await expect(
        verify(signed({ audience: 'https://other.test' }), await provider.token('alice')),
      ).rejects.toMatchObject(failed);
    });

    it('of another issuer are left to the next strategy', async () => {
      const other = await IdentityProvider.start();
      const token = await other.token('alice');
      await other.close();
      expect(await verify(signed(), token)).toBeUndefined();
    });

    it('that are opaque are left to the next strategy', async () => {
      expect(await verify(signed(), await provider.token('alice', 'opaque'))).toBeUndefined();
    });

    it('are verified with a new key after a rotation, and not with the old one', async () => {
      const strategy = signed();
      const old = await provider.token('alice');
      expect(await verify(strategy, old)).toMatchObject({ id: 'alice' });
      await provider.rotateKeys();
      expect(await verify(strategy, await provider.token('alice'))).toMatchObject({ id: 'alice' });
      await expect(verify(strategy, old)).rejects.toMatchObject(failed);
    });

    it('with unknown keys do not make the gateway ask the provider each time', async () => {
      const strategy = signed({ jwksCooldownMs: 60_000 });
      await verify(strategy, await provider.token('alice'));
      const stranger = await IdentityProvider.start();
      const [, claims = ''] = (await provider.token('alice')).split('.');
      const [header = '', , signature = ''] = (await stranger.token('alice')).split('.');
      await stranger.close();
      for (let index = 0; index < 5; index += 1) {
        await expect(verify(strategy, `${header}.${claims}.${signature}`)).rejects.toMatchObject(
          failed,
        );
      }
      expect(requestsTo('/jwks')).toBe(1);
    });

    it('are still verified during an outage while the keys are known, and not before', async () => {
      const token = await provider.token('alice');
      const [warm, cold] = [signed(), signed()];
      await verify(warm, token);
      provider.fail();
      expect(await verify(warm, token)).toMatchObject({ id: 'alice' });
      await expect(verify(cold, token)).rejects.toMatchObject(unavailable);
    });

    it('are verified again when an outage is over', async () => {
      const strategy = signed();
      provider.fail();
      await provider.rotateKeys();
      const token = await provider.token('alice');
      provider.fail();
      await expect(verify(strategy, token)).rejects.toMatchObject(unavailable);
      await provider.rotateKeys();
      expect(await verify(strategy, await provider.token('alice'))).toMatchObject({ id: 'alice' });
    });

    it('are verified by the JWT strategy too, and not while the provider cannot be reached', async () => {
      const strategy = new JwtStrategy({
        jwksUri: provider.jwksUri,
        issuer: provider.issuer,
        audience: `${RESOURCE}/jwt`,
      });
      const token = await provider.token('alice');
      expect(await verify(strategy, token)).toMatchObject({ id: 'alice' });
      const cold = new JwtStrategy({ jwksUri: provider.jwksUri });
      provider.fail();
      await expect(verify(cold, token)).rejects.toMatchObject(unavailable);
      await provider.close();
      await expect(
        verify(new JwtStrategy({ jwksUri: provider.jwksUri }), token),
      ).rejects.toMatchObject(unavailable);
      provider = await IdentityProvider.start();
    });
  });

  describe('that the provider is asked about', () => {
    const introspecting = (options: Partial<OAuth2StrategyOptions> = {}): OAuth2Strategy =>
      new OAuth2Strategy({
        issuer: provider.issuer,
        audience: `${RESOURCE}/opaque`,
        introspection: INTROSPECTOR,
        ...options,
      });

    it('make the principal', async () => {
      const principal = { id: 'client_id' };
      const token = await provider.token('alice', 'opaque');
      expect(await verify(introspecting({ principal }), token)).toMatchObject({
        id: 'alice',
        scopes: ['read'],
        expiresAt: expect.any(Number),
      });
    });

    it('are asked about once while the answer is believed', async () => {
      const strategy = introspecting({ principal: { id: 'client_id' } });
      const token = await provider.token('alice', 'opaque');
      for (let index = 0; index < 5; index += 1) await verify(strategy, token);
      expect(requestsTo('/token/introspection')).toBe(1);
    });

    it('and are good for as long as the clocks may differ', async () => {
      const strategy = introspecting({
        principal: { id: 'client_id' },
        clockToleranceMs: 60_000,
      });
      const found = await verify(strategy, await provider.token('alice', 'opaque'));
      expect(found?.expiresAt).toBe((Number(found?.claims['exp']) + 60) * 1000);
    });

    it('and were revoked are refused once the answer is not believed any more', async () => {
      const introspection = { ...INTROSPECTOR, cacheTtlMs: 0 };
      const strategy = introspecting({ introspection, principal: { id: 'client_id' } });
      const token = await provider.token('alice', 'opaque');
      expect(await verify(strategy, token)).toMatchObject({ id: 'alice' });
      await provider.revoke('alice', token);
      await expect(verify(strategy, token)).rejects.toMatchObject(failed);
    });

    it.each(['garbage', 'x'.repeat(43), '{"active":true}'])(
      'and are unknown to it are refused: %s',
      async (token) => {
        await expect(verify(introspecting(), token)).rejects.toMatchObject(failed);
      },
    );

    it('and are meant for another application are refused', async () => {
      const token = await provider.token('alice', 'opaque');
      await expect(
        verify(introspecting({ audience: 'https://other.test' }), token),
      ).rejects.toMatchObject(failed);
    });

    it('are refused for now during an outage', async () => {
      const strategy = introspecting({ principal: { id: 'client_id' } });
      const [known, unknown] = [
        await provider.token('alice', 'opaque'),
        await provider.token('bob', 'opaque'),
      ];
      await verify(strategy, known);
      provider.fail();
      expect(await verify(strategy, known)).toMatchObject({ id: 'alice' });
      await expect(verify(strategy, unknown)).rejects.toMatchObject(unavailable);
    });

    it('are refused for now when the gateway itself is refused', async () => {
      const introspection = { ...INTROSPECTOR, clientSecret: 'wrong' };
      const token = await provider.token('alice', 'opaque');
      await expect(verify(introspecting({ introspection }), token)).rejects.toMatchObject(
        unavailable,
      );
    });
  });
});

describe('OAuth2Strategy options', () => {
  it.each<[string, OAuth2StrategyOptions]>([
    ['an issuer over http', { issuer: 'http://id.example.com', audience: 'chat' }],
    ['an issuer that is no URL', { issuer: 'id', audience: 'chat' }],
    ['no audience', { issuer: 'https://id.example.com', audience: '' }],
    ['an empty list of audiences', { issuer: 'https://id.example.com', audience: [] }],
  ])('refuse %s at boot', (_, options) => {
    expect(() => new OAuth2Strategy(options)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS' }),
    );
  });
});
