import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { FlushClock, type Flushable } from './flush-clock.js';

const SLOT_MS = 4;
const WIDE_SLOT_MS = 25;
const SHORT_MS = 40;

describe('FlushClock', () => {
  let clock: FlushClock;
  let woken: [name: string, at: number][];
  let lateness: number[];
  let sent: number[];
  let startedAt: number;

  const calling = (flushDue: () => unknown): Flushable => ({ slot: undefined, flushDue });
  const sleeper = (name: string): Flushable =>
    calling(() => woken.push([name, performance.now() - startedAt]));

  beforeEach(() => {
    jest.useFakeTimers();
    // The start of a slot of both widths, so that the times below are round.
    const both = SLOT_MS * WIDE_SLOT_MS;
    jest.advanceTimersByTime(both - (performance.now() % both));
    startedAt = performance.now();
    woken = [];
    lateness = [];
    sent = [];
    const fired = (lateByMs: number): void => void lateness.push(lateByMs);
    clock = new FlushClock({ fired, sent: (tookMs) => void sent.push(tookMs) }, SLOT_MS);
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('wakes up what is due within one slot together, with one timer', () => {
    clock.schedule(sleeper('a'), startedAt + 41, SHORT_MS);
    clock.schedule(sleeper('b'), startedAt + 43, SHORT_MS);
    clock.schedule(sleeper('c'), startedAt + 44, SHORT_MS);
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(100);
    expect(woken.map(([name, at]) => [name, Math.round(at)])).toEqual([
      ['a', 40],
      ['b', 40],
      ['c', 44],
    ]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('tells once for all that it woke how long that took, with what was left for the end of the tick', () => {
    const sendsLater = (name: string): Flushable =>
      calling(() => process.nextTick(() => woken.push([name, sent.length])));
    clock.schedule(sendsLater('a'), startedAt + 41, SHORT_MS);
    clock.schedule(sendsLater('b'), startedAt + 43, SHORT_MS);
    jest.advanceTimersByTime(100);
    expect(woken).toEqual([
      ['a', 0],
      ['b', 0],
    ]);
    expect(sent).toHaveLength(1);
  });

  it('wakes up together what is joined for long and is due within a wide slot', () => {
    clock.schedule(sleeper('a'), startedAt + 51, 50);
    clock.schedule(sleeper('b'), startedAt + 74, 250);
    clock.schedule(sleeper('short'), startedAt + 61, SHORT_MS);
    clock.schedule(sleeper('c'), startedAt + 75, 50);
    jest.advanceTimersByTime(200);
    expect(woken.map(([name, at]) => [name, Math.round(at)])).toEqual([
      ['a', 50],
      ['b', 50],
      ['short', 60],
      ['c', 75],
    ]);
  });

  it('wakes nothing up later than it asked for', () => {
    for (let offset = 1; offset <= 50; offset += 1)
      clock.schedule(sleeper(`${offset}`), startedAt + offset, SHORT_MS);
    jest.advanceTimersByTime(100);
    expect(woken).toHaveLength(50);
    for (const [name, at] of woken) expect(at).toBeLessThanOrEqual(Number(name));
  });

  it('keeps the earlier time of two', () => {
    const one = sleeper('one');
    clock.schedule(one, startedAt + 40, SHORT_MS);
    clock.schedule(one, startedAt + 20, SHORT_MS);
    clock.schedule(one, startedAt + 60, SHORT_MS);
    jest.advanceTimersByTime(100);
    expect(woken.map(([, at]) => Math.round(at))).toEqual([20]);
  });

  it('wakes up whoever asks again while it is woken', () => {
    const again = calling(() => {
      woken.push(['again', performance.now() - startedAt]);
      if (woken.length < 3) clock.schedule(again, performance.now() + 40, SHORT_MS);
    });
    clock.schedule(again, startedAt + 40, SHORT_MS);
    jest.advanceTimersByTime(200);
    expect(woken.map(([, at]) => Math.round(at))).toEqual([40, 80, 120]);
  });

  it('does not wake up who changed its mind, and keeps no timer for nobody', () => {
    const one = sleeper('one');
    clock.schedule(one, startedAt + 40, SHORT_MS);
    clock.cancel(one);
    clock.cancel(one);
    expect(jest.getTimerCount()).toBe(0);
    jest.advanceTimersByTime(100);
    expect(woken).toEqual([]);
  });

  it('tells how late its timer is', () => {
    clock.schedule(sleeper('one'), startedAt + 40, SHORT_MS);
    jest.advanceTimersByTime(40);
    expect(lateness.map(Math.round)).toEqual([0]);
  });

  it('tells how late its timer is when the event loop is busy', async () => {
    jest.useRealTimers();
    const start = performance.now();
    await new Promise<void>((resolve) => {
      clock.schedule(calling(resolve), start + 10, SHORT_MS);
      while (performance.now() < start + 50);
    });
    expect(lateness).toHaveLength(1);
    expect(lateness[0]).toBeGreaterThan(30);
  });

  it('is not late when what is due was scheduled after its slot had begun', () => {
    jest.advanceTimersByTime(SLOT_MS - 0.5);
    clock.schedule(sleeper('one'), startedAt + SLOT_MS - 0.1, SHORT_MS);
    jest.advanceTimersByTime(10);
    expect(woken).toHaveLength(1);
    expect(lateness.map(Math.round)).toEqual([0]);
  });

  it('wakes up the others although one of them throws', () => {
    const fault = new Error('fault');
    const faulty = calling(() => {
      throw fault;
    });
    clock.schedule(faulty, startedAt + 40, SHORT_MS);
    clock.schedule(sleeper('same'), startedAt + 40, SHORT_MS);
    clock.schedule(sleeper('later'), startedAt + 60, SHORT_MS);
    expect(() => jest.advanceTimersByTime(41)).toThrow(fault);
    jest.advanceTimersByTime(40);
    expect(woken.map(([name]) => name)).toEqual(['same', 'later']);
  });

  /** As many as `count` that ask again when they are woken, all due within the gap between two tokens. */
  function crowd(count: number, intervalMs: number, seconds: number): number[][] {
    const gapMs = 20;
    const times = Array.from({ length: count }, (_, index) => {
      const own: number[] = [];
      const one = calling(() => {
        own.push(Math.round(performance.now() - startedAt));
        clock.schedule(one, performance.now() + intervalMs, intervalMs);
      });
      clock.schedule(one, startedAt + intervalMs + (index * gapMs) / count, intervalMs);
      return own;
    });
    jest.advanceTimersByTime(seconds * 1_000);
    return times;
  }

  it.each([
    [3_000, 250],
    [1_000, 100],
    [300, 50],
    [500, 40],
  ])('spreads %i that are due together over their interval of %i ms', (count, intervalMs) => {
    const times = crowd(count, intervalMs, 4);
    const together = new Map<number, number>();
    const settled = times.flat().filter((at) => at > 2_000 && at < 4_000 - intervalMs);
    for (const at of settled) together.set(at, (together.get(at) ?? 0) + 1);
    const slotMs = intervalMs < 50 ? SLOT_MS : WIDE_SLOT_MS;
    const share = Math.max(32, (count * slotMs) / intervalMs);
    expect(Math.max(...together.values())).toBeLessThanOrEqual(share * 1.5);
    for (const own of times) {
      const gaps = own.slice(1).map((at, index) => at - (own[index] ?? Number.NaN));
      expect(Math.max(...gaps)).toBeLessThanOrEqual(intervalMs);
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(intervalMs / 2 - slotMs);
    }
    // Who once was early is no longer: what is joined is not joined for less in the end.
    expect(settled.length).toBeLessThan((count * (2_000 - intervalMs) * 1.15) / intervalMs);
  });

  it('wakes few up together although they are due together', () => {
    const times = crowd(30, 250, 2);
    expect(new Set(times.map((own) => own.join())).size).toBe(1);
  });
});
