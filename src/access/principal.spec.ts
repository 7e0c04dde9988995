import { describe, expect, it } from '@jest/globals';
import { freezePrincipal, isOwner, ownerOf, type Principal, principalKey } from './principal.js';

const ALICE: Principal = { id: 'alice', scopes: ['read'], claims: { groups: [{ name: 'a' }] } };

describe('freezePrincipal', () => {
  it('makes a copy that nothing can change', () => {
    const groups = [{ name: 'a' }];
    const scopes = ['read'];
    const frozen = freezePrincipal({ id: 'alice', scopes, claims: { groups } });
    groups.push({ name: 'admin' });
    scopes.push('admin');
    expect(frozen).toEqual(ALICE);
    expect(() => Object.assign(frozen, { id: 'admin' })).toThrow(TypeError);
    expect(() => Object.assign(frozen.claims, { admin: true })).toThrow(TypeError);
    expect(() => (frozen.claims['groups'] as object[]).push({})).toThrow('not extensible');
  });

  it.each<[string, object]>([
    ['an empty id', { id: '' }],
    ['an id that is a number', { id: 7 }],
    ['an empty tenant', { tenant: '' }],
    ['scopes that are a text', { scopes: 'admin' }],
    ['no claims', { claims: undefined }],
    ['an expiry that is no time', { expiresAt: Number.NaN }],
  ])('refuses %s', (_, fault) => {
    expect(() => freezePrincipal({ ...ALICE, ...fault })).toThrow(
      expect.objectContaining({ code: 'AUTHENTICATION_FAILED' }),
    );
  });
});

describe('a principal', () => {
  it('owns what it owns in its own tenant only', () => {
    const tenant = { ...ALICE, tenant: 'acme' };
    expect(isOwner(tenant, ownerOf(tenant))).toBe(true);
    expect(isOwner(tenant, ownerOf(ALICE))).toBe(false);
    expect(isOwner(ALICE, ownerOf(tenant))).toBe(false);
    expect(isOwner(tenant, { principalId: 'alice', tenant: 'other' })).toBe(false);
  });

  it('has a key of its own whatever its names contain', () => {
    const keys = [
      { id: 'b', tenant: 'a' },
      { id: 'a:b' },
      { id: '","b', tenant: 'a' },
      { id: 'b', tenant: 'null' },
      { id: 'b' },
    ].map(principalKey);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
