import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { StreamingError } from '../errors/streaming.error.js';
import { AuthenticationSession } from './authentication-session.js';
import type { Principal } from './principal.js';

const principal = (facts: Partial<Principal> = {}): Principal => ({
  id: 'alice',
  tenant: 'acme',
  scopes: [],
  claims: {},
  ...facts,
});

const open = (facts: Partial<Principal>) => {
  const events: unknown[] = [];
  const session = new AuthenticationSession(
    'c1',
    principal(facts),
    {
      onExpiring: (expiresAt) => events.push(['expiring', expiresAt, Date.now()]),
      onEnd: ({ code }) => events.push(['end', code, Date.now()]),
    },
    100,
  );
  return { session, events };
};

describe('AuthenticationSession', () => {
  beforeEach(() => void jest.useFakeTimers({ now: 0 }));
  afterEach(() => void jest.useRealTimers());

  it('gives notice before the credential expires and ends when it does', async () => {
    const { events } = open({ expiresAt: 1000 });
    await jest.advanceTimersByTimeAsync(5000);
    expect(events).toEqual([
      ['expiring', 1000, 900],
      ['end', 'AUTHENTICATION_EXPIRED', 1000],
    ]);
  });

  it('lasts for ever when the credential does', async () => {
    const { events } = open({});
    await jest.advanceTimersByTimeAsync(10_000_000);
    expect(events).toEqual([]);
  });

  it('goes on with a fresh credential of the same principal', async () => {
    const { session, events } = open({ expiresAt: 1000 });
    await jest.advanceTimersByTimeAsync(950);
    session.renew(principal({ expiresAt: 2000, scopes: ['more'] }));
    expect(session.principal.scopes).toEqual(['more']);
    await jest.advanceTimersByTimeAsync(5000);
    expect(events).toEqual([
      ['expiring', 1000, 900],
      ['expiring', 2000, 1900],
      ['end', 'AUTHENTICATION_EXPIRED', 2000],
    ]);
  });

  it('gives notice at half of the time that is left when there is less than the notice', async () => {
    const { session, events } = open({ expiresAt: 60 });
    await jest.advanceTimersByTimeAsync(30);
    session.renew(principal({ expiresAt: 90 }));
    await jest.advanceTimersByTimeAsync(5000);
    expect(events).toEqual([
      ['expiring', 60, 30],
      ['expiring', 90, 60],
      ['end', 'AUTHENTICATION_EXPIRED', 90],
    ]);
  });

  it.each([
    ['the same credential', 1000],
    ['one that expires earlier', 980],
  ])('gives no other notice when it is renewed with %s', async (_, expiresAt) => {
    const { session, events } = open({ expiresAt: 1000 });
    await jest.advanceTimersByTimeAsync(900);
    session.renew(principal({ expiresAt }));
    await jest.advanceTimersByTimeAsync(5000);
    expect(events).toEqual([
      ['expiring', 1000, 900],
      ['end', 'AUTHENTICATION_EXPIRED', expiresAt],
    ]);
  });

  it('still gives notice when the same credential was presented before that', async () => {
    const { session, events } = open({ expiresAt: 1000 });
    await jest.advanceTimersByTimeAsync(500);
    session.renew(principal({ expiresAt: 1000 }));
    await jest.advanceTimersByTimeAsync(5000);
    expect(events).toEqual([
      ['expiring', 1000, 900],
      ['end', 'AUTHENTICATION_EXPIRED', 1000],
    ]);
  });

  it.each([
    ['another id', { id: 'bob' }],
    ['another tenant', { tenant: 'other' }],
  ])('stays as it was for a credential of %s', async (_, facts) => {
    const { session, events } = open({ expiresAt: 1000 });
    expect(() => session.renew(principal({ expiresAt: 9000, ...facts }))).toThrow(
      expect.objectContaining({ code: 'AUTHENTICATION_FAILED' }),
    );
    await jest.advanceTimersByTimeAsync(1000);
    expect(session.principal).toEqual(principal({ expiresAt: 1000 }));
    expect(events.at(-1)).toEqual(['end', 'AUTHENTICATION_EXPIRED', 1000]);
  });

  it('ends once, and cannot be renewed then', async () => {
    const { session, events } = open({ expiresAt: 1000 });
    session.end(new StreamingError('AUTHENTICATION_REVOKED', 'gone'));
    session.end(new StreamingError('AUTHENTICATION_REVOKED', 'gone'));
    expect(() => session.renew(principal({ expiresAt: 9000 }))).toThrow(
      expect.objectContaining({ code: 'AUTHENTICATION_EXPIRED' }),
    );
    await jest.advanceTimersByTimeAsync(9000);
    expect(events).toEqual([['end', 'AUTHENTICATION_REVOKED', 0]]);
  });
});
