import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { scheduleAt } from './schedule-at.js';

const DAY_MS = 86_400_000;

describe('scheduleAt', () => {
  beforeEach(() => void jest.useFakeTimers({ now: 0 }));
  afterEach(() => void jest.useRealTimers());

  it('waits for a time that is further away than a timer reaches', async () => {
    const callback = jest.fn();
    scheduleAt(60 * DAY_MS, callback);
    await jest.advanceTimersByTimeAsync(60 * DAY_MS - 1);
    expect(callback).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);
    expect(callback).toHaveBeenCalledTimes(1);
  });

  it('calls back at once, but not synchronously, for a time that is over', async () => {
    const callback = jest.fn();
    scheduleAt(-1, callback);
    expect(callback).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);
    expect(callback).toHaveBeenCalledTimes(1);
  });

  it('can be stopped, also after the first part of a long wait', async () => {
    const callback = jest.fn();
    const stop = scheduleAt(60 * DAY_MS, callback);
    await jest.advanceTimersByTimeAsync(40 * DAY_MS);
    stop();
    await jest.advanceTimersByTimeAsync(40 * DAY_MS);
    expect(callback).not.toHaveBeenCalled();
  });
});
