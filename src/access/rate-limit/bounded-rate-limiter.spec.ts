import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { BoundedRateLimiter } from './bounded-rate-limiter.js';

describe('BoundedRateLimiter', () => {
  beforeEach(() => void jest.useFakeTimers({ now: 1_000_000 }));
  afterEach(() => void jest.useRealTimers());

  it('counts each key in a window of its own', async () => {
    const limiter = new BoundedRateLimiter({ max: 2, windowMs: 1000, maxKeys: 10 });
    const states = [];
    for (const key of ['a', 'a', 'b', 'a']) states.push((await limiter.consume(key)).exceeded);
    expect(states).toEqual([false, false, false, true]);
  });

  it('says when the window ends, and counts anew then', async () => {
    const limiter = new BoundedRateLimiter({ max: 1, windowMs: 1000, maxKeys: 10 });
    await limiter.consume('a');
    await jest.advanceTimersByTimeAsync(400);
    expect(await limiter.consume('a')).toEqual({ consumed: 2, exceeded: true, retryAfterMs: 600 });
    await jest.advanceTimersByTimeAsync(600);
    expect(await limiter.consume('a')).toEqual({
      consumed: 1,
      exceeded: false,
      retryAfterMs: 1000,
    });
  });

  it('holds no more keys than it may under a flood of unique ones', async () => {
    const limiter = new BoundedRateLimiter({ max: 1, windowMs: 60_000, maxKeys: 100 });
    for (let index = 0; index < 10_000; index += 1) await limiter.consume(`key-${index}`);
    expect(limiter.size).toBe(100);
    expect(jest.getTimerCount()).toBe(100);
    expect(await limiter.consume('key-9999')).toMatchObject({ consumed: 2 });
    expect(await limiter.consume('key-9900')).toMatchObject({ consumed: 2 });
    expect(await limiter.consume('key-9899')).toMatchObject({ consumed: 1 });
  });

  it('drops what it need not count any more', async () => {
    const limiter = new BoundedRateLimiter({ max: 1, windowMs: 1000, maxKeys: 100 });
    for (let index = 0; index < 50; index += 1) await limiter.consume(`key-${index}`);
    await jest.advanceTimersByTimeAsync(1000);
    await limiter.consume('other');
    expect(limiter.size).toBe(1);
    limiter.forget('other');
    expect(limiter.size).toBe(0);
    expect(jest.getTimerCount()).toBe(0);
  });
});
