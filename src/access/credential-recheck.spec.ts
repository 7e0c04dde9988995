import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { StreamingError } from '../errors/streaming.error.js';
import { authenticationExpired, authenticationFailed } from './authentication-errors.js';
import { recheckCredential } from './credential-recheck.js';

describe('recheckCredential', () => {
  beforeEach(() => void jest.useFakeTimers({ now: 0 }));
  afterEach(() => void jest.useRealTimers());

  const start = (answers: (() => void)[], maxUncheckedMs = 1_000) => {
    const ends: string[] = [];
    let checks = 0;
    const stop = recheckCredential(
      {
        intervalMs: 100,
        maxUncheckedMs,
        check: async () => {
          checks += 1;
          answers[Math.min(checks, answers.length) - 1]?.();
        },
      },
      ({ code }) => ends.push(code),
    );
    return { ends, stop, checks: () => checks };
  };
  const good = (): void => undefined;
  const fails = (error: unknown) => (): never => {
    throw error;
  };

  it('asks within each interval, for as long as the credential is good', async () => {
    const { ends, checks } = start([good]);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(checks()).toBeGreaterThanOrEqual(100);
    expect(checks()).toBeLessThanOrEqual(134);
    expect(ends).toEqual([]);
  });

  it.each([
    ['refused', authenticationFailed(), 'AUTHENTICATION_REVOKED'],
    ['expired', authenticationExpired(), 'AUTHENTICATION_EXPIRED'],
  ])('ends once, at once, when the credential is %s', async (_, error, code) => {
    const { ends, checks } = start([good, fails(error)]);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(ends).toEqual([code]);
    expect(checks()).toBe(2);
  });

  it.each([
    ['the strategy', new TypeError('a bug')],
    ['the provider', new StreamingError('AUTHENTICATION_UNAVAILABLE', 'down')],
    ['nothing that is an error', 'down'],
  ])('goes on for a while when %s fails, and then ends', async (_, error) => {
    const { ends } = start([good, fails(error)]);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(ends).toEqual([]);
    await jest.advanceTimersByTimeAsync(300);
    expect(ends).toEqual(['AUTHENTICATION_UNAVAILABLE']);
  });

  it('goes on when a failure was passing', async () => {
    const down = fails(new Error('down'));
    const { ends } = start([down, down, down, good, down, down, good]);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(ends).toEqual([]);
  });

  it('asks no more when it is stopped', async () => {
    const { ends, checks, stop } = start([good, fails(authenticationFailed())]);
    await jest.advanceTimersByTimeAsync(100);
    stop();
    await jest.advanceTimersByTimeAsync(10_000);
    expect([checks(), ends]).toEqual([1, []]);
  });
});
