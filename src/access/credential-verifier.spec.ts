import { describe, expect, it } from '@jest/globals';
import { deferred } from '../common/deferred.js';
import { isFailedAttempt } from './authentication-errors.js';
import { AUTHENTICATION_DEFAULTS } from './authentication-options.js';
import type { AuthenticationStrategy } from './authentication-strategy.js';
import { CredentialVerifier } from './credential-verifier.js';
import type { Principal } from './principal.js';

const HANDSHAKE = { address: '127.0.0.1', headers: {} };
const principal = (id: string, tenant?: string): Principal => ({
  id,
  scopes: [],
  claims: {},
  ...(tenant === undefined ? {} : { tenant }),
});

function verifierOf(strategy: AuthenticationStrategy) {
  const verifier = new CredentialVerifier({ resolve: async () => strategy });
  const options = { ...AUTHENTICATION_DEFAULTS, strategies: [strategy] };
  return {
    verifier,
    verify: (signal?: AbortSignal) =>
      verifier.verify(options, { token: 't' }, { ...HANDSHAKE, ...(signal && { signal }) }),
  };
}

describe('CredentialVerifier', () => {
  it.each([
    ['is that of the same principal', principal('alice', 'acme'), undefined],
    ['is that of another principal', principal('bob', 'acme'), 'AUTHENTICATION_REVOKED'],
    ['is that of another tenant', principal('alice', 'evil'), 'AUTHENTICATION_REVOKED'],
    ['is not known any more', undefined, 'AUTHENTICATION_REVOKED'],
  ])('checks a credential again that %s', async (_, foundLater, code) => {
    let found: Principal | undefined = principal('alice', 'acme');
    const { verifier, verify } = verifierOf({
      name: 'users',
      recheckIntervalMs: 1_000,
      authenticate: async () => found,
    });
    const recheck = verifier.recheckOf(await verify());
    expect(recheck).toMatchObject({ intervalMs: 1_000, maxUncheckedMs: 600_000 });
    found = foundLater;
    const checked = recheck?.check(new AbortController().signal);
    if (code === undefined) await expect(checked).resolves.toBeUndefined();
    else await expect(checked).rejects.toMatchObject({ code });
  });

  it('checks no credential again if its strategy does not ask for it', async () => {
    const { verifier, verify } = verifierOf({
      name: 'users',
      authenticate: async () => principal('alice'),
    });
    expect(verifier.recheckOf(await verify())).toBeUndefined();
  });

  it.each<[string, (signal: AbortSignal) => unknown, boolean]>([
    ['the reason of its signal', ({ reason }) => reason, false],
    ['an AbortError', () => Object.assign(new Error('aborted'), { name: 'AbortError' }), false],
    ['another error', () => new TypeError('not a token'), true],
  ])(
    'tells a guess from a client that left, if the strategy throws %s',
    async (_, errorOf, isGuess) => {
      const [began, client] = [deferred<undefined>(), new AbortController()];
      const { verify } = verifierOf({
        name: 'slow',
        authenticate: (_credential, { signal }) => {
          began.resolve(undefined);
          return new Promise((__, reject) => {
            signal.addEventListener('abort', () => reject(errorOf(signal)));
          });
        },
      });
      const refusal = verify(client.signal).catch((error: unknown) => error);
      await began.promise;
      client.abort(new Error('The client left.'));
      const error = await refusal;
      expect(error).toMatchObject({ code: 'AUTHENTICATION_UNAVAILABLE' });
      expect(isFailedAttempt(error)).toBe(isGuess);
    },
  );
});
