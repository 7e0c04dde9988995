import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { MemoryLimits, MemoryLimitTable } from './memory-limits.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

it.each([
  ['the same', 0],
  ['set back by hours', -36_000_000],
  ['set forward by hours', 36_000_000],
])('a window ends after its time, if the time is %s', async (_, changeMs) => {
  const limits = new MemoryLimits(new MemoryLimitTable(), 'one', () => true);
  await limits.count('key', 3, 1_000);
  jest.setSystemTime(Date.now() + changeMs);
  jest.advanceTimersByTime(999);
  expect(await limits.count('key', 1, 1_000)).toEqual({ count: 4, endsInMs: 1 });
  jest.advanceTimersByTime(1);
  expect(await limits.count('key', 1, 1_000)).toEqual({ count: 1, endsInMs: 1_000 });
});
