import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { withTimeout } from './with-timeout.js';

describe('withTimeout', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  const failure = (reason: unknown): Error => new Error('no answer', { cause: reason });
  /** Work that is never done, and what it is told. */
  const endless = (signals: AbortSignal[]) => async (signal: AbortSignal) => {
    signals.push(signal);
    return new Promise<never>(() => undefined);
  };

  it('leaves nothing at the outer signal, however the work ends', async () => {
    const outer = new AbortController();
    await expect(withTimeout(() => 'done', 100, failure, outer.signal)).resolves.toBe('done');
    const work = (): never => {
      throw new Error('broken');
    };
    await expect(withTimeout(work, 100, failure, outer.signal)).rejects.toThrow('broken');
    expect(getEventListeners(outer.signal, 'abort')).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('tells the work when the time is over', async () => {
    const signals: AbortSignal[] = [];
    const answer = withTimeout(endless(signals), 100, failure, new AbortController().signal);
    jest.advanceTimersByTime(100);
    await expect(answer).rejects.toThrow('no answer');
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it('tells the work, and why, when the outer signal aborts, and waits for what it says', async () => {
    const outer = new AbortController();
    const work = (signal: AbortSignal) =>
      new Promise<unknown>((resolve) => {
        signal.addEventListener('abort', () => resolve(signal.reason));
      });
    const answer = withTimeout(work, 100, failure, outer.signal);
    outer.abort('gone');
    await expect(answer).resolves.toBe('gone');
  });

  it('does not wait for work that goes on after the outer signal aborted, once the time is over', async () => {
    const outer = new AbortController();
    const answer = withTimeout(endless([]), 100, failure, outer.signal);
    outer.abort('gone');
    jest.advanceTimersByTime(100);
    await expect(answer).rejects.toThrow('no answer');
  });

  it('begins nothing when the outer signal has aborted', async () => {
    const work = jest.fn(() => 'done');
    await expect(withTimeout(work, 100, failure, AbortSignal.abort('gone'))).rejects.toMatchObject({
      cause: 'gone',
    });
    expect(work).not.toHaveBeenCalled();
  });
});
