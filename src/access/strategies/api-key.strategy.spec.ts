import { describe, expect, it } from '@jest/globals';
import { ApiKeyStrategy, hashApiKey } from './api-key.strategy.js';

describe('ApiKeyStrategy', () => {
  const strategy = new ApiKeyStrategy({
    keys: [
      {
        hash: hashApiKey('key-of-alice'),
        principal: { id: 'alice', tenant: 'acme', scopes: ['read'] },
      },
      { hash: hashApiKey('key-of-bob').toUpperCase(), principal: { id: 'bob' } },
    ],
  });

  it('knows each key by its hash', async () => {
    expect(await strategy.authenticate({ apiKey: 'key-of-alice' })).toEqual({
      id: 'alice',
      tenant: 'acme',
      scopes: ['read'],
      claims: {},
    });
    expect(await strategy.authenticate({ apiKey: 'key-of-bob' })).toEqual({
      id: 'bob',
      scopes: [],
      claims: {},
    });
  });

  it.each([
    ['an unknown key', 'key-of-carol'],
    ['the beginning of a key', 'key-of-alic'],
    ['a hash in place of its key', hashApiKey('key-of-alice')],
    ['a key with something after it', 'key-of-alice '],
  ])('refuses %s', async (_, apiKey) => {
    await expect(strategy.authenticate({ apiKey })).rejects.toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      message: 'The credential was refused.',
    });
  });

  it('leaves a credential without a key to the next strategy', async () => {
    expect(await strategy.authenticate({ token: 'key-of-alice' })).toBeUndefined();
  });

  it.each([
    ['no keys', []],
    ['a key that is not hashed', [{ hash: 'key-of-alice', principal: { id: 'alice' } }]],
  ])('refuses %s at boot', (_, keys) => {
    expect(() => new ApiKeyStrategy({ keys })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS' }),
    );
  });
});
