import { describe, expect, it, jest } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { StreamContext, StreamProgress, type StreamProgressOptions } from '../../src/index.js';
import { collect, dataOf, runDecorated } from '../support/decorated-calls.js';

/** The data of the progress updates of a method that does `work`, and its milestones. */
async function streamProgress(
  options: StreamProgressOptions,
  work: (context: StreamContext) => unknown,
): Promise<{ progress: unknown[]; milestones: unknown[] }> {
  @Injectable()
  class Source {
    @StreamProgress(options)
    async method(): Promise<void> {
      await work(StreamContext.current());
    }
  }
  const updates = await runDecorated(Source, (source) => source.method());
  return { progress: dataOf(updates, 'progress'), milestones: dataOf(updates, 'milestone') };
}

const percentages = (progress: readonly unknown[]): number[] =>
  progress.map((data) => (data as { progress: number }).progress);

describe('@StreamProgress', () => {
  const NOW = { interval: 0 };

  it('streams nothing when it is not enabled', async () => {
    const { progress } = await streamProgress({ enabled: false, nodeId: 'n' }, () => undefined);
    expect(progress).toEqual([]);
  });

  it('begins with 0, ends with 100, and shows the latest in between', async () => {
    const { progress } = await streamProgress(NOW, (context) => {
      context.progress(25);
      context.progress({ current: 3, total: 4, message: 'three of four' });
    });
    expect(progress).toEqual([
      { progress: 0, text: '0.0%' },
      { progress: 25, text: '25.0%' },
      { progress: 75, text: '75.0%', current: 3, total: 4, message: 'three of four' },
      { progress: 100, text: '100.0%', current: 4, total: 4, message: 'three of four' },
    ]);
  });

  it('streams at most one update per interval, and then the newest', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    try {
      const { progress } = await streamProgress({ interval: 1_000 }, (context) => {
        for (const percent of [10, 20, 30]) context.progress(percent);
        jest.advanceTimersByTime(1_000);
        for (const percent of [40, 50]) context.progress(percent);
        jest.advanceTimersByTime(500);
        context.progress(60);
        jest.advanceTimersByTime(500);
      });
      expect(percentages(progress)).toEqual([0, 30, 60, 100]);
    } finally {
      jest.useRealTimers();
    }
  });

  it('takes steps of its granularity', async () => {
    const crawl = (context: StreamContext): void => {
      for (let percent = 0; percent <= 12; percent += 0.5) context.progress(percent);
    };
    const steps = async (granularity: 'coarse' | 'fine' | 'detailed'): Promise<number[]> =>
      percentages((await streamProgress({ ...NOW, granularity }, crawl)).progress);
    expect(await steps('coarse')).toEqual([0, 10, 100]);
    expect(await steps('fine')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 100]);
    expect((await steps('detailed')).slice(0, 5)).toEqual([0, 0.5, 1, 1.5, 2]);
  });

  it('estimates the time that is left, and tells rate and elapsed time', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    try {
      const options = { ...NOW, includeETA: true, includeMetrics: true };
      const { progress } = await streamProgress(options, (context) => {
        jest.advanceTimersByTime(2_000);
        context.progress({ current: 10, total: 40 });
      });
      expect(progress[1]).toEqual({
        progress: 25,
        text: '25.0%',
        current: 10,
        total: 40,
        etaMs: 6_000,
        elapsedMs: 2_000,
        ratePerSecond: 5,
      });
    } finally {
      jest.useRealTimers();
    }
  });

  it('prefers the name that ends in Ms', async () => {
    const work = (context: StreamContext): void => context.progress(50);
    const { progress } = await streamProgress({ interval: 60_000, intervalMs: 0 }, work);
    expect(percentages(progress)).toEqual([0, 50, 100]);
    const held = await streamProgress({ interval: 0, intervalMs: 60_000 }, work);
    expect(percentages(held.progress)).toEqual([0, 100]);
  });

  it('announces each milestone once, however fast it was passed', async () => {
    const options = { interval: 60_000, milestones: [75, 25, 50] };
    const { progress, milestones } = await streamProgress(options, (context) => {
      context.progress(30);
      context.progress(60, 'over the top');
      context.progress(55);
    });
    expect(milestones).toEqual([
      { milestone: 25, progress: 30 },
      { milestone: 50, progress: 60, message: 'over the top' },
      { milestone: 75, progress: 100 },
    ]);
    expect(percentages(progress)).toEqual([0, 100]);
  });

  it('calculates from the items that a method yields', async () => {
    const seen: unknown[] = [];
    const calculator: NonNullable<StreamProgressOptions['calculator']> = (
      current,
      total,
      metadata,
    ) => {
      seen.push([current, total, metadata.nodeId]);
      return current * 25;
    };
    @Injectable()
    class Source {
      @StreamProgress({ ...NOW, calculator })
      async *items(): AsyncGenerator<number> {
        yield* [1, 2, 3];
      }
    }
    const updates = await runDecorated(Source, (source) => collect(source.items()));
    expect(percentages(dataOf(updates, 'progress'))).toEqual([0, 25, 50, 75, 100]);
    expect(seen).toEqual([
      [1, 0, 'items'],
      [2, 0, 'items'],
      [3, 0, 'items'],
    ]);
  });

  it('formats its text', async () => {
    const text = async (format: StreamProgressOptions['format'] & object): Promise<string> => {
      const { progress } = await streamProgress({ ...NOW, format }, (context) =>
        context.progress({ current: 1, total: 3 }),
      );
      return (progress[1] as { text: string }).text;
    };
    expect(await text({})).toBe('33.3%');
    expect(await text({ precision: 0 })).toBe('33%');
    expect(await text({ showPercentage: false, showCurrent: true, showTotal: true })).toBe('1/3');
    expect(await text({ showCurrent: true })).toBe('33.3% 1');
    expect(await text({ showRate: true })).toMatch(/^33\.3% \d+\.\d\/s$/);
  });

  it('does not tell of 100 when the work failed', async () => {
    @Injectable()
    class Source {
      @StreamProgress(NOW)
      async method(): Promise<void> {
        StreamContext.current().progress(40);
        throw new Error('failed');
      }
    }
    const updates = await runDecorated(Source, (source) => source.method().catch(() => undefined));
    expect(percentages(dataOf(updates, 'progress'))).toEqual([0, 40]);
  });
});
