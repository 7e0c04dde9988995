import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { StreamingError } from '../errors/streaming.error.js';
import {
  AUTHENTICATION_DEFAULTS,
  type AuthenticationOptions,
  type ResolvedAuthenticationOptions,
} from './authentication-options.js';
import type { AuthenticationSession } from './authentication-session.js';
import type { AuthenticationStrategy, HandshakeCredential } from './authentication-strategy.js';
import { GatewayAuthenticationService } from './gateway-authentication.service.js';
import { ANONYMOUS, type Principal } from './principal.js';
import { CustomStrategy, type VerifyCredential } from './strategies/custom.strategy.js';

const principal = (id: string, facts: Partial<Principal> = {}): Principal => ({
  id,
  scopes: [],
  claims: {},
  ...facts,
});
const knows = (token: string, found: Principal): CustomStrategy =>
  new CustomStrategy((credential) => (credential.token === token ? found : undefined));
const never = new CustomStrategy(() => new Promise(() => undefined), 'never');
const fails =
  (error: unknown): VerifyCredential =>
  () => {
    throw error;
  };

@Injectable()
class Users {
  readonly tokens = new Map([['t-dave', 'dave']]);
}

@Injectable()
class UsersStrategy implements AuthenticationStrategy {
  readonly name = 'users';

  constructor(private readonly users: Users) {}

  async authenticate({ token = '' }: HandshakeCredential): Promise<Principal | undefined> {
    const id = this.users.tokens.get(token);
    return id === undefined ? undefined : principal(id);
  }
}

const completed = (options: AuthenticationOptions): ResolvedAuthenticationOptions => ({
  ...AUTHENTICATION_DEFAULTS,
  ...options,
});

@Module({ providers: [Users, GatewayAuthenticationService] })
class TestModule {}

describe('GatewayAuthenticationService', () => {
  let service: GatewayAuthenticationService;
  let close: () => Promise<void>;

  beforeEach(async () => {
    const application = await NestFactory.createApplicationContext(TestModule, { logger: false });
    service = application.get(GatewayAuthenticationService);
    close = () => application.close();
  });
  afterEach(() => close());

  const authenticate = (
    options: false | AuthenticationOptions,
    auth: unknown,
    signal?: AbortSignal,
  ): Promise<Principal> =>
    service.authenticate(options && completed(options), {
      auth,
      headers: {},
      address: '127.0.0.1',
      ...(signal && { signal }),
    });

  describe('authenticate', () => {
    it('takes the first strategy that knows the credential', async () => {
      const strategies = [
        knows('a', principal('alice')),
        knows('b', principal('bob')),
        knows('b', principal('eve')),
      ];
      expect(await authenticate({ strategies }, { token: 'b' })).toEqual(principal('bob'));
    });

    it('resolves a class with its dependencies', async () => {
      expect(await authenticate({ strategies: [UsersStrategy] }, { token: 't-dave' })).toEqual(
        principal('dave'),
      );
    });

    it('gives everybody the anonymous principal while it is off', async () => {
      expect(await authenticate(false, { token: 'admin' })).toBe(ANONYMOUS);
    });

    it('freezes the principal', async () => {
      const claims = { role: 'user' };
      const found = await authenticate(
        { strategies: [knows('a', principal('alice', { claims }))] },
        { token: 'a' },
      );
      claims.role = 'admin';
      expect(found.claims).toEqual({ role: 'user' });
      expect(Object.isFrozen(found)).toBe(true);
    });

    it('takes nothing from `metadata`, whatever it says', async () => {
      let seen: unknown;
      const strategy = new CustomStrategy((credential) => {
        seen = credential;
        return principal('alice');
      });
      await authenticate({ strategies: [strategy] }, { token: 'a', metadata: { client: 'admin' } });
      expect(seen).toEqual({ token: 'a' });
    });

    const ALICE = [knows('a', principal('alice'))];

    it.each<[string, readonly AuthenticationStrategy[], unknown, object]>([
      ['no credential', ALICE, {}, { code: 'AUTHENTICATION_REQUIRED' }],
      ['a credential that nobody knows', ALICE, { token: 'x' }, { code: 'AUTHENTICATION_FAILED' }],
      [
        'a principal without an id',
        [knows('a', principal(''))],
        { token: 'a' },
        { code: 'AUTHENTICATION_FAILED' },
      ],
      [
        'a credential that expired',
        [knows('a', principal('a', { expiresAt: 1 }))],
        { token: 'a' },
        { code: 'AUTHENTICATION_EXPIRED' },
      ],
      [
        'a strategy that refuses',
        [new CustomStrategy(fails(new StreamingError('AUTHENTICATION_FAILED', 'no'))), ...ALICE],
        { token: 'a' },
        { code: 'AUTHENTICATION_FAILED', message: 'The credential was refused.' },
      ],
      [
        'a strategy that breaks',
        [new CustomStrategy(fails(new TypeError('x of undefined'))), ...ALICE],
        { token: 'a' },
        { code: 'AUTHENTICATION_UNAVAILABLE', retryable: true },
      ],
      [
        'a strategy that throws a text',
        [new CustomStrategy(fails('boom')), ...ALICE],
        { token: 'a' },
        { code: 'AUTHENTICATION_UNAVAILABLE' },
      ],
      [
        'claims that cannot be kept',
        [knows('a', principal('a', { claims: { f: () => 1 } }))],
        { token: 'a' },
        { code: 'AUTHENTICATION_UNAVAILABLE' },
      ],
    ])('refuses %s', async (_, strategies, auth, error) => {
      await expect(authenticate({ strategies }, auth)).rejects.toMatchObject(error);
    });

    it('refuses when the strategies take too long, and tells them to stop', async () => {
      let aborted: AbortSignal | undefined;
      const slow = new CustomStrategy((_, { signal }) => {
        aborted = signal;
        return new Promise(() => undefined);
      });
      const refused = authenticate({ strategies: [slow], timeoutMs: 10 }, { token: 'a' });
      await expect(refused).rejects.toMatchObject({
        code: 'AUTHENTICATION_UNAVAILABLE',
        retryable: true,
      });
      expect(aborted?.aborted).toBe(true);
    });

    it('gives up when the client goes away', async () => {
      const controller = new AbortController();
      const refused = authenticate({ strategies: [never] }, { token: 'a' }, controller.signal);
      controller.abort();
      await expect(refused).rejects.toMatchObject({ code: 'AUTHENTICATION_UNAVAILABLE' });
    });
  });

  const strategies = [
    knows('a1', principal('alice')),
    knows('a2', principal('alice', { scopes: ['more'] })),
    knows('b', principal('bob')),
  ];

  /** Opens the session of a connection and collects how it ends. */
  const open = (id: string, who: Principal) => {
    const ends: string[] = [];
    const listener = {
      onExpiring: () => undefined,
      onEnd: ({ code }: StreamingError) => ends.push(code),
    };
    return { session: service.open(id, who, listener, completed({ strategies })), ends };
  };

  const renew = (session: AuthenticationSession, payload: unknown): Promise<Principal> =>
    service.renew(completed({ strategies }), session, payload, {
      auth: {},
      headers: {},
      address: '127.0.0.1',
    });

  describe('renew', () => {
    it('replaces the credential of the same principal', async () => {
      const { session } = open('c1', principal('alice'));
      await renew(session, { token: 'a2' });
      expect(session.principal.scopes).toEqual(['more']);
    });

    it.each([
      ['another principal', { token: 'b' }, 'AUTHENTICATION_FAILED'],
      ['nobody', { token: 'x' }, 'AUTHENTICATION_FAILED'],
      ['no credential', { metadata: { id: 'bob' } }, 'AUTHENTICATION_REQUIRED'],
      ['something that is no payload', 7, 'AUTHENTICATION_REQUIRED'],
    ])(
      'refuses the credential of %s and leaves the session as it was',
      async (_, payload, code) => {
        const { session, ends } = open('c1', principal('alice'));
        await expect(renew(session, payload)).rejects.toMatchObject({ code });
        expect(session.principal).toEqual(principal('alice'));
        expect(ends).toEqual([]);
      },
    );
  });

  describe('revoke', () => {
    it('closes every connection of a principal, and no other', async () => {
      const sessions = [
        open('c1', principal('alice')),
        open('c2', principal('alice')),
        open('c3', principal('alice', { tenant: 'acme' })),
        open('c4', principal('bob')),
      ];
      expect(await service.revoke({ id: 'alice' })).toBe(2);
      expect(sessions.map(({ ends }) => ends)).toEqual([
        ['AUTHENTICATION_REVOKED'],
        ['AUTHENTICATION_REVOKED'],
        [],
        [],
      ]);
    });

    it('closes one connection', async () => {
      const sessions = [open('c1', principal('alice')), open('c2', principal('alice'))];
      expect(await service.revoke('c2')).toBe(1);
      expect(sessions.map(({ ends }) => ends)).toEqual([[], ['AUTHENTICATION_REVOKED']]);
    });

    it('does not touch a connection that is gone', async () => {
      const { ends } = open('c1', principal('alice'));
      service.close('c1');
      expect(await service.revoke({ id: 'alice' })).toBe(0);
      expect(ends).toEqual([]);
    });

    it('closes a connection whose handshake was over when the principal was revoked', async () => {
      await service.revoke({ id: 'alice' }, { refuseForMs: 60_000 });
      const { ends } = open('c1', principal('alice'));
      expect(ends).toEqual([]);
      await Promise.resolve();
      expect(ends).toEqual(['AUTHENTICATION_REVOKED']);
    });

    it('refuses the principal at the handshake for as long as it is told to', async () => {
      await service.revoke({ id: 'alice' }, { refuseForMs: 60_000 });
      await expect(authenticate({ strategies }, { token: 'a1' })).rejects.toMatchObject({
        code: 'AUTHENTICATION_REVOKED',
      });
      expect(await authenticate({ strategies }, { token: 'b' })).toEqual(principal('bob'));
    });
  });
});
