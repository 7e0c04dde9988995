import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ExpiringMap, monotonic } from './expiring-map.js';

describe('ExpiringMap', () => {
  beforeEach(() => void jest.useFakeTimers({ now: 0 }));
  afterEach(() => void jest.useRealTimers());

  it('forgets an entry at its time', () => {
    const map = new ExpiringMap<string>(10);
    map.set('a', 'one', 100);
    jest.setSystemTime(99);
    expect(map.get('a')).toBe('one');
    jest.setSystemTime(100);
    expect(map.get('a')).toBeUndefined();
    expect(map.size).toBe(0);
  });

  it.each([
    ['the same', 0],
    ['set back by hours', -36_000_000],
    ['set forward by hours', 36_000_000],
  ])('forgets an entry after its time by a clock that only goes forward: %s', (_, changeMs) => {
    const map = new ExpiringMap<string>(10, monotonic);
    map.setFor('a', 'one', 100);
    jest.setSystemTime(Date.now() + changeMs);
    jest.advanceTimersByTime(99);
    expect(map.get('a')).toBe('one');
    jest.advanceTimersByTime(1);
    expect(map.get('a')).toBeUndefined();
  });

  it('gives an entry away once', () => {
    const map = new ExpiringMap<string>(10);
    map.set('a', 'one', 100);
    expect([map.take('a'), map.take('a')]).toEqual(['one', undefined]);
  });

  it('never holds more than it may', () => {
    const map = new ExpiringMap<number>(3);
    for (let index = 0; index < 1000; index += 1) map.set(`key-${index}`, index, 100);
    expect(map.size).toBe(3);
    expect(['key-996', 'key-997', 'key-999'].map((key) => map.get(key))).toEqual([
      undefined,
      997,
      999,
    ]);
  });

  it('drops what expired when something is added', () => {
    const map = new ExpiringMap<number>(10);
    for (const key of ['a', 'b', 'c']) map.set(key, 1, 50);
    jest.setSystemTime(60);
    map.set('d', 1, 100);
    expect(map.size).toBe(1);
  });
});
