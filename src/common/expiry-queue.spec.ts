import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ExpiryQueue } from './expiry-queue.js';

const HOUR_MS = 3_600_000;

describe('ExpiryQueue', () => {
  const expired: string[] = [];
  let queue: ExpiryQueue<string>;

  beforeEach(() => {
    jest.useFakeTimers();
    expired.length = 0;
    queue = new ExpiryQueue<string>(1_000, (key) => expired.push(key));
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it.each([HOUR_MS, -HOUR_MS])(
    'keeps its time when the wall clock is set by %i ms',
    async (changeMs) => {
      queue.touch('first');
      jest.advanceTimersByTime(400);
      jest.setSystemTime(Date.now() + changeMs);
      queue.touch('second');
      jest.advanceTimersByTime(599);
      expect(expired).toEqual([]);
      jest.advanceTimersByTime(1);
      expect(expired).toEqual(['first']);
      jest.advanceTimersByTime(399);
      expect(expired).toEqual(['first']);
      jest.advanceTimersByTime(1);
      expect(expired).toEqual(['first', 'second']);
    },
  );

  it('starts the time of a key anew when it is touched', () => {
    queue.touch('kept');
    queue.touch('left');
    jest.advanceTimersByTime(600);
    queue.touch('kept');
    jest.advanceTimersByTime(400);
    expect(expired).toEqual(['left']);
    jest.advanceTimersByTime(600);
    expect(expired).toEqual(['left', 'kept']);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('forgets what is removed', () => {
    queue.touch('removed');
    queue.remove('removed');
    queue.touch('cleared');
    queue.clear();
    jest.advanceTimersByTime(2_000);
    expect(expired).toEqual([]);
  });
});
