import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { FlushPace } from './flush-pace.js';

describe('FlushPace', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  /** Timers that fire late, one every 40 ms. */
  function overload(pace: FlushPace, lateByMs: number, count = 50): void {
    for (let timer = 0; timer < count; timer += 1) {
      jest.advanceTimersByTime(40);
      pace.fired(lateByMs);
    }
  }

  it('leaves the interval as it is while timers fire in time', () => {
    const pace = new FlushPace(250);
    overload(pace, 1.5);
    expect(pace.stretched(40)).toBe(40);
  });

  it('stretches the interval while timers fire late, the more the later', () => {
    const pace = new FlushPace(250);
    overload(pace, 10);
    expect(pace.stretched(40)).toBeCloseTo(80, 0);
    overload(pace, 30);
    expect(pace.stretched(40)).toBeCloseTo(160, 0);
  });

  it('never stretches beyond the bound, nor shortens an interval that is longer', () => {
    const pace = new FlushPace(200);
    overload(pace, 5_000);
    expect(pace.stretched(40)).toBe(200);
    expect(pace.stretched(1_000)).toBe(1_000);
  });

  it('stretches by 200 ms at most for late timers, whatever the bound', () => {
    const pace = new FlushPace(1_000);
    overload(pace, 5_000);
    expect(pace.stretched(40)).toBe(240);
  });

  it('follows the load and not late timers, if the interval is automatic', () => {
    let utilisation = 0;
    const pace = new FlushPace(1_000, () => utilisation);
    overload(pace, 5_000);
    expect(pace.stretched('auto')).toBe(4);
    expect(pace.stretched('auto', 30)).toBe(200);
    utilisation = 1;
    for (let sample = 0; sample < 100; sample += 1) {
      jest.advanceTimersByTime(100);
      pace.stretched('auto');
    }
    expect(pace.stretched('auto')).toBeCloseTo(250, 5);
    expect(pace.stretched(40)).toBeCloseTo(40, 5);
  });

  it('keeps what sending takes to a tenth of the time, if the interval is automatic', () => {
    const pace = new FlushPace(1_000, () => 0);
    const afterSending = (...tookMs: number[]): number => {
      for (const took of tookMs) pace.sent(took);
      return pace.stretched('auto');
    };
    expect(afterSending(0.4, 0.4)).toBe(4);
    expect(afterSending(6, 6)).toBe(60);
    expect(afterSending(500, 500)).toBe(250);
    expect(pace.stretched(40)).toBe(40);
    expect(afterSending(0.4)).toBe(4);
    // Once may be a pause in which garbage was collected.
    expect(afterSending(80)).toBe(4);
  });

  it('never joins for longer than it may because sending takes long', () => {
    const pace = new FlushPace(100, () => 0);
    for (const tookMs of [500, 500]) pace.sent(tookMs);
    expect(pace.stretched('auto')).toBe(100);
  });

  it.each([
    [1, 40],
    [10, 40],
    [14, 40],
    [15, 50],
    [30, 200],
    [100, 900],
    [1_000, 1_000],
  ])('gives each of %i messages that grow at once an interval of %i ms', (messages, intervalMs) => {
    expect(new FlushPace(1_000).stretched(40, messages)).toBe(intervalMs);
  });

  it.each([
    ['at the bound', 250, 250],
    ['not at all when the bound is the interval', 40, 40],
    ['not at all when the bound is below the interval', 10, 40],
  ])('shares %s', (_name, maxIntervalMs, intervalMs) => {
    expect(new FlushPace(maxIntervalMs).stretched(40, 1_000)).toBe(intervalMs);
  });

  it('joins nothing where nothing is to be joined', () => {
    const pace = new FlushPace(250);
    overload(pace, 5_000);
    expect(pace.stretched(0)).toBe(0);
    expect(pace.stretched(0, 1_000)).toBe(0);
  });

  it.each([1, 40, 10_000])('takes one late timer after %i ms for no overload', (silentMs) => {
    const pace = new FlushPace(250);
    overload(pace, 0);
    jest.advanceTimersByTime(silentMs);
    pace.fired(20);
    expect(pace.stretched(40)).toBeLessThanOrEqual(40 + 20);
    jest.advanceTimersByTime(40);
    pace.fired(0);
    expect(pace.stretched(40)).toBeLessThan(55);
  });

  it('returns when timers fire in time again, and when none fire', () => {
    const pace = new FlushPace(250);
    overload(pace, 50);
    expect(pace.stretched(40)).toBeGreaterThan(200);
    jest.advanceTimersByTime(2_000);
    expect(pace.stretched(40)).toBeCloseTo(40, 0);
    overload(pace, 50);
    overload(pace, 0);
    expect(pace.stretched(40)).toBeCloseTo(40, 0);
  });
});
