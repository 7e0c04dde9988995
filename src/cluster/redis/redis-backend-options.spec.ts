import { describe, expect, it } from '@jest/globals';
import { createClient } from 'redis';
import { redisBackend } from './index.js';
import { resolveRedisOptions, type RedisBackendOptions } from './redis-backend-options.js';

const client = createClient();

/** The paths of the faults of options. */
function faultsOf(options: unknown): string[] {
  try {
    redisBackend(options as RedisBackendOptions);
  } catch (error) {
    const { code, issues } = error as { code: string; issues: readonly { path: string }[] };
    expect(code).toBe('INVALID_OPTIONS');
    return issues.map(({ path }) => path);
  }
  return [];
}

describe('options of redisBackend', () => {
  it.each<[what: string, options: unknown, faults: string[]]>([
    ['none at all', undefined, ['options']],
    ['no client', {}, ['client']],
    ['the address in place of a client', { client: 'redis://localhost' }, ['client']],
    ['the function that makes clients', { client: createClient }, ['client']],
    ['an option that does not exist', { client, prefx: 'app' }, ['prefx']],
    ['a prefix that is empty', { client, prefix: '' }, ['prefix']],
    ['a prefix with a colon', { client, prefix: 'app:live' }, ['prefix']],
    ['a prefix with braces', { client, prefix: '{app}' }, ['prefix']],
    ['a prefix that is no text', { client, prefix: 3 }, ['prefix']],
    ['no partitions', { client, partitions: 0 }, ['partitions']],
    ['a part of a partition', { client, partitions: 1.5 }, ['partitions']],
    ['a time that is a text', { client, unavailableMs: '3s' }, ['unavailableMs']],
    ['a time that is no number', { client, heartbeatMs: Number.NaN }, ['heartbeatMs']],
    ['no time', { client, commandTimeoutMs: 0 }, ['commandTimeoutMs']],
    ['a time without end', { client, threadTtlMs: Infinity }, ['threadTtlMs']],
    ['a time that no timer takes', { client, verifyIntervalMs: 2 ** 31 }, ['verifyIntervalMs']],
    ['a lease that one late renewal ends', { client, leaseMs: 1_500 }, ['leaseMs']],
    [
      'several faults',
      { client: null, partitions: 0, activeTtlMs: -1 },
      ['client', 'partitions', 'activeTtlMs'],
    ],
  ])('are refused with every fault: %s', (_what, options, faults) => {
    expect(faultsOf(options)).toEqual(faults);
  });

  it('have their defaults where nothing is given, or undefined is', () => {
    const given = { client, prefix: undefined, leaseMs: undefined, heartbeatMs: 500 };
    expect(faultsOf(given)).toEqual([]);
    expect(resolveRedisOptions(given as unknown as RedisBackendOptions, true)).toMatchObject({
      prefix: 'ls',
      partitions: 64,
      leaseMs: 3_000,
      heartbeatMs: 500,
    });
  });
});
