import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Backoff, DEFAULT_RECONNECTION } from './backoff.js';

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

/** How long `backoff` waits with its next attempt. */
function nextDelay(backoff: Backoff, atLeastMs?: number): number | undefined {
  let due: number | undefined;
  const start = Date.now();
  if (!backoff.schedule(() => (due = Date.now() - start), atLeastMs)) return undefined;
  jest.runAllTimers();
  return due;
}

describe('Backoff', () => {
  it('doubles the wait up to its bound, and begins anew after a success', () => {
    const backoff = new Backoff({
      ...DEFAULT_RECONNECTION,
      minDelayMs: 100,
      maxDelayMs: 350,
      jitter: 0,
    });
    expect([1, 2, 3, 4].map(() => nextDelay(backoff))).toEqual([100, 200, 350, 350]);
    backoff.reset();
    expect(nextDelay(backoff)).toBe(100);
  });

  it('takes a random part off each wait', () => {
    const backoff = new Backoff({ ...DEFAULT_RECONNECTION, minDelayMs: 100, jitter: 0.5 });
    jest.spyOn(Math, 'random').mockReturnValueOnce(0).mockReturnValueOnce(1);
    expect([nextDelay(backoff), nextDelay(backoff)]).toEqual([100, 100]);
  });

  it('waits as long as the server asks', () => {
    const backoff = new Backoff({ ...DEFAULT_RECONNECTION, minDelayMs: 100 });
    expect(nextDelay(backoff, 5000)).toBe(5000);
  });

  it('ends after as many attempts as there may be', () => {
    const backoff = new Backoff({
      ...DEFAULT_RECONNECTION,
      jitter: 0,
      minDelayMs: 1,
      maxAttempts: 2,
    });
    expect([1, 2, 3].map(() => nextDelay(backoff))).toEqual([1, 2, undefined]);
  });

  it('drops a planned attempt', () => {
    const backoff = new Backoff(DEFAULT_RECONNECTION);
    const attempt = jest.fn();
    backoff.schedule(attempt);
    backoff.cancel();
    jest.runAllTimers();
    expect(attempt).not.toHaveBeenCalled();
  });
});
