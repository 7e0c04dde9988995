import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OAuth2Strategy, type ErrorMessage } from '../../../src/index.js';
import { IdentityProvider, INTROSPECTOR, RESOURCE } from '../../support/identity-provider.js';
import { accepted, next, outcomeOf } from '../../support/plain-client.js';
import { disconnected, startSecureApp } from './secure-app.js';

describe('the connection of a token that the provider is asked about', () => {
  let provider: IdentityProvider;

  beforeEach(async () => {
    provider = await IdentityProvider.start();
  });
  afterEach(() => provider.close());

  const connect = async (maxUncheckedMs?: number) => {
    const introspection = { ...INTROSPECTOR, cacheTtlMs: 0, recheckIntervalMs: 20 };
    const strategy = new OAuth2Strategy({
      issuer: provider.issuer,
      audience: `${RESOURCE}/opaque`,
      introspection,
      principal: { id: 'client_id' },
    });
    const app = await startSecureApp({
      authentication: {
        strategies: [strategy],
        ...(maxUncheckedMs === undefined ? {} : { maxUncheckedMs }),
      },
    });
    const token = await provider.token('alice', 'opaque');
    const client = app.connect({ auth: { token } });
    expect(await outcomeOf(client)).toBe('connected');
    return { client, token };
  };

  it('ends soon after the provider took the token back', async () => {
    const { client, token } = await connect();
    const error = next(client, 'error');
    await provider.revoke('alice', token);
    expect(await disconnected(client)).toBe('io server disconnect');
    expect((await error) as ErrorMessage).toMatchObject({ code: 'AUTHENTICATION_REVOKED' });
  });

  it('goes on while the provider cannot be asked, and ends when that lasts too long', async () => {
    const { client } = await connect(300);
    const error = next(client, 'error');
    provider.fail();
    accepted(await client.emitWithAck('ping', {}));
    expect(await disconnected(client)).toBe('io server disconnect');
    expect((await error) as ErrorMessage).toMatchObject({
      code: 'AUTHENTICATION_UNAVAILABLE',
      retryable: true,
    });
  });

  it('ends by the fresh token alone once it was renewed', async () => {
    const { client, token } = await connect();
    const fresh = await provider.token('alice', 'opaque');
    accepted(await client.emitWithAck('authentication', { token: fresh }));
    await provider.revoke('alice', token);
    const asked = provider.requests.length;
    while (provider.requests.length < asked + 4)
      await new Promise((resolve) => setImmediate(resolve));
    accepted(await client.emitWithAck('ping', {}));
    const gone = disconnected(client);
    await provider.revoke('alice', fresh);
    expect(await gone).toBe('io server disconnect');
  });
});
