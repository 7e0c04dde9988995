import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { LoadInterval } from './load-interval.js';

const SAMPLE_MS = 100;

describe('LoadInterval', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  /** The intervals of a process with this utilisation, one for each sample of a time. */
  function intervals(
    load: LoadInterval,
    seconds: number,
    onSample: (intervalMs: number) => void = () => undefined,
  ): number[] {
    return Array.from({ length: (seconds * 1_000) / SAMPLE_MS }, () => {
      jest.advanceTimersByTime(SAMPLE_MS);
      const { intervalMs } = load;
      onSample(intervalMs);
      return intervalMs;
    });
  }

  const settled = (utilisation: number, maxIntervalMs = 1_000): number =>
    intervals(new LoadInterval(maxIntervalMs, () => utilisation), 20).at(-1) ?? Number.NaN;

  it.each([0, 0.1, 0.2])('rests at 4 ms at a utilisation of %d', (utilisation) => {
    expect(settled(utilisation)).toBe(4);
  });

  it.each([0.5, 0.6, 0.7, 0.8])('is at least 50 ms at %d', (utilisation) => {
    expect(settled(utilisation)).toBeGreaterThanOrEqual(50);
    expect(settled(utilisation)).toBeLessThan(250);
  });

  it.each([0.9, 1])('reaches a quarter of a second at %d', (utilisation) => {
    expect(settled(utilisation)).toBeCloseTo(250, 5);
  });

  it('never is longer than it may be', () => {
    expect(settled(1, 100)).toBe(100);
    expect(settled(0, 2)).toBe(2);
  });

  it.each([
    [
      'grows by half in 100 ms at most, and is long 1.5 seconds after an overload began',
      1,
      1.5,
      1.5,
      250,
    ],
    ['shrinks by a quarter in 100 ms at most, and rests again within five seconds', 0, 5, 1.25, 4],
  ])('%s', (_name, next, seconds, factor, last) => {
    let utilisation = 1 - next;
    const load = new LoadInterval(1_000, () => utilisation);
    intervals(load, 5);
    utilisation = next;
    const course = intervals(load, seconds);
    expect(course.at(-1)).toBeCloseTo(last, 5);
    for (const [index, intervalMs] of course.slice(1).entries()) {
      const change = Math.log(intervalMs / (course[index] ?? Number.NaN));
      expect(Math.abs(change)).toBeLessThanOrEqual(Math.log(factor) + 1e-9);
    }
  });

  it('takes a silence into account when somebody asks again', () => {
    let utilisation = 1;
    const load = new LoadInterval(1_000, () => utilisation);
    intervals(load, 10);
    utilisation = 0;
    jest.advanceTimersByTime(60_000);
    expect(load.intervalMs).toBeLessThan(100);
    expect(intervals(load, 5).at(-1)).toBe(4);
  });

  /**
   * A process that streams tokens of many runs. It is busy with the tokens, and with the updates into which
   * the interval joins them; what it measures of itself is not exact.
   */
  function processOf(
    runs: number,
    { tokensPerSecond = 50, tokenUs = 4, updateUs = 35, noise = 0.03 } = {},
  ) {
    let seed = 1;
    const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    return (intervalMs: number): { utilisation: number; sendingMs: number } => {
      // A token that comes after the interval goes at once, and those until its end are joined.
      const joined = Math.max(1, Math.ceil((intervalMs * tokensPerSecond) / 1_000));
      const sending = (runs * tokensPerSecond * updateUs) / joined / 1e6;
      const busy = (runs * tokensPerSecond * tokenUs) / 1e6 + sending;
      const utilisation = Math.min(1, Math.max(0, busy + (random() - 0.5) * 2 * noise));
      return { utilisation, sendingMs: joined > 1 ? sending * SAMPLE_MS : 0 };
    };
  }

  /** The intervals of such a process in each sample of a minute, once it has settled. */
  function minuteOf(busy: ReturnType<typeof processOf>): number[] {
    let { utilisation } = busy(4);
    const load = new LoadInterval(1_000, () => utilisation);
    const follow = (intervalMs: number): void => {
      const next = busy(intervalMs);
      utilisation = next.utilisation;
      load.sent(next.sendingMs);
    };
    intervals(load, 30, follow);
    return intervals(load, 60, follow);
  }

  it.each([10, 50, 100, 150, 200, 250, 300, 400, 600, 1_000, 1_500, 2_000, 3_000])(
    'is steady at a constant load of %i runs',
    (runs) => {
      const minute = minuteOf(processOf(runs));
      expect(Math.max(...minute) / Math.min(...minute)).toBeLessThan(1.5);
    },
  );

  it.each([
    [100, 200],
    [200, 200],
    [200, 100],
  ])('keeps what sending takes to a tenth of the time with %i runs × %i tok/s', (...load) => {
    const [runs, tokensPerSecond] = load;
    const busy = processOf(runs, { tokensPerSecond, tokenUs: 1, updateUs: 20 });
    const shares = minuteOf(busy).map((intervalMs) => busy(intervalMs).sendingMs / SAMPLE_MS);
    expect(Math.max(...shares)).toBeLessThan(0.13);
    expect(Math.max(...shares)).toBeGreaterThan(0.07);
  });

  it('rests where nothing is joined, however long it takes to send', () => {
    const load = new LoadInterval(1_000, () => 0.1);
    expect(intervals(load, 10, () => load.sent(0)).at(-1)).toBe(4);
  });

  it('is no longer than 50 ms because sending takes long', () => {
    const load = new LoadInterval(1_000, () => 0);
    expect(Math.max(...intervals(load, 10, () => load.sent(60)))).toBeLessThanOrEqual(50);
    expect(load.intervalMs).toBeGreaterThan(40);
    expect(intervals(load, 5).at(-1)).toBe(4);
  });
});
