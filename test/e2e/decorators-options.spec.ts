import { describe, expect, it, jest } from '@jest/globals';
import { Injectable, type Type } from '@nestjs/common';
import {
  getAllStreamingMetadata,
  getStreamEventMetadata,
  getStreamProgressMetadata,
  getStreamTokenMetadata,
  hasEventStreaming,
  hasProgressStreaming,
  hasTokenStreaming,
} from '../../src/entries/decorators.js';
import { MemoryStreamLog } from '../../src/entries/log.js';
import {
  StreamAll,
  StreamContext,
  StreamEvent,
  StreamingService,
  StreamProgress,
  StreamToken,
  type StreamEventOptions,
  type StreamingModuleOptions,
  type StreamProgressOptions,
  type StreamTokenOptions,
  type StreamUpdate,
} from '../../src/index.js';
import { OPTION_DEFAULTS } from '../../src/options/option-defaults.js';
import { collect, dataOf, runStreamed, tokensOf, typesOf } from '../support/decorated-calls.js';
import { Deferred } from '../support/deferred.js';
import { startApp } from '../support/streaming-app.js';

/** What a generator with these options streams for these tokens. */
async function streamTokens(
  options: StreamTokenOptions,
  tokens: readonly unknown[],
  module: StreamingModuleOptions = { tokens: { flushIntervalMs: 0 } },
): Promise<StreamUpdate[]> {
  @Injectable()
  class Source {
    @StreamToken(options)
    async *tokens(): AsyncGenerator {
      yield* tokens;
    }
  }
  return run(Source, (source) => collect(source.tokens()), module);
}

/** What a method with these options streams while it does `work`. */
async function streamEvents(
  options: StreamEventOptions,
  work: (context: StreamContext) => unknown = () => undefined,
  module: StreamingModuleOptions = {},
): Promise<StreamUpdate[]> {
  @Injectable()
  class Source {
    @StreamEvent(options)
    async method(): Promise<unknown> {
      return work(StreamContext.current());
    }
  }
  return run(Source, (source) => source.method(), module);
}

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
  const updates = await run(Source, (source) => source.method());
  return { progress: dataOf(updates, 'progress'), milestones: dataOf(updates, 'milestone') };
}

async function run<T>(
  type: Type<T>,
  work: (instance: T) => unknown,
  module: StreamingModuleOptions = {},
): Promise<StreamUpdate[]> {
  const { app } = await startApp(module, { providers: [type] });
  const { updates } = await runStreamed(app.get(StreamingService), () => work(app.get(type)));
  return updates;
}

const percentages = (progress: readonly unknown[]): number[] =>
  progress.map((data) => (data as { progress: number }).progress);

describe('@StreamToken', () => {
  it('streams nothing when it is not enabled', async () => {
    expect(await streamTokens({ enabled: false }, ['a'])).toEqual([]);
  });

  it('names the node', async () => {
    expect(typesOf(await streamTokens({ nodeId: 'writer:1' }, ['a']))).toEqual(['token writer:1']);
  });

  it('joins tokens for the flush interval, and sends the first at once', async () => {
    const module = { tokens: { flushIntervalMs: 0 } };
    const tokens = 'abcdefgh'.split('');
    expect(tokensOf(await streamTokens({ flushInterval: 60_000 }, tokens, module))).toEqual([
      'a',
      'bcdefgh',
    ]);
    expect(tokensOf(await streamTokens({ flushInterval: 0 }, tokens, {}))).toEqual(tokens);
  });

  it('prefers the name that ends in Ms, in the decorator and in the module', async () => {
    const tokens = 'abc'.split('');
    const joined = { flushInterval: 0, flushIntervalMs: 60_000 };
    expect(tokensOf(await streamTokens(joined, tokens))).toEqual(['a', 'bc']);
    const module = { decorators: { token: { flushIntervalMs: 60_000 } } };
    expect(tokensOf(await streamTokens({}, tokens, module))).toEqual(['a', 'bc']);
    expect(tokensOf(await streamTokens({ flushInterval: 0 }, tokens, module))).toEqual(tokens);
    const former = { decorators: { token: { flushInterval: 60_000 } } };
    expect(tokensOf(await streamTokens({ flushIntervalMs: 0 }, tokens, former))).toEqual(tokens);
  });

  it.each(['text', 'structured'] as const)('sends no half of a character (%s)', async (format) => {
    const updates = await streamTokens({ format }, 'a👋'.split(''));
    expect(tokensOf(updates)).toEqual(['a', '👋']);
    const cut = await streamTokens({ format }, ['a', '👋'.charAt(0)]);
    expect(tokensOf(cut)).toEqual(['a', '\uFFFD']);
  });

  it('joins no more tokens than the batch size, and loses none', async () => {
    const options = { flushInterval: 60_000, batchSize: 3 };
    expect(tokensOf(await streamTokens(options, 'abcdefgh'.split('')))).toEqual([
      'a',
      'bcd',
      'efg',
      'h',
    ]);
  });

  it('tells class and method in the metadata', async () => {
    const [update] = await streamTokens({ includeMetadata: true }, ['a']);
    expect(update?.metadata).toMatchObject({ className: 'Source', methodName: 'tokens' });
    const [plain] = await streamTokens({}, ['a']);
    expect(Object.keys(plain?.metadata ?? {}).sort()).toEqual([
      'executionId',
      'nodeId',
      'sequenceNumber',
      'timestamp',
    ]);
  });

  it('never lets metadata of a token replace what the library writes', async () => {
    @Injectable()
    class Source {
      @StreamToken({ includeMetadata: true })
      method(): void {
        StreamContext.current().token('a', {
          metadata: { executionId: 'forged', sequenceNumber: 99, own: 1 },
        });
      }
    }
    const { app } = await startApp({}, { providers: [Source] });
    const { updates, executionId } = await runStreamed(app.get(StreamingService), () =>
      app.get(Source).method(),
    );
    expect(updates[0]?.metadata).toMatchObject({ executionId, sequenceNumber: 2, own: 1 });
  });

  it('streams what the processor makes of a token', async () => {
    const seen: unknown[] = [];
    const processor: StreamTokenOptions['processor'] = (token, metadata) => {
      seen.push([metadata.nodeId, metadata.index]);
      return token === 'b' ? '' : token.toUpperCase();
    };
    expect(tokensOf(await streamTokens({ processor }, 'abc'.split('')))).toEqual(['A', 'C']);
    expect(seen).toEqual([
      ['tokens', 0],
      ['tokens', 1],
      ['tokens', 1],
    ]);
  });

  it('streams as text, as lines of JSON or as counted tokens', async () => {
    const items = ['a', { content: 'b' }, { other: 1 }];
    expect(tokensOf(await streamTokens({ format: 'text' }, items))).toEqual(['a', 'b']);
    expect(tokensOf(await streamTokens({ format: 'json' }, items))).toEqual([
      '"a"\n',
      '{"content":"b"}\n',
      '{"other":1}\n',
    ]);
    const structured = await streamTokens({ format: 'structured' }, items, {});
    expect(dataOf(structured, 'token')).toEqual([
      { content: 'a', index: 0, totalTokens: 1 },
      { content: 'b', index: 1, totalTokens: 2 },
    ]);
  });

  it('leaves out tokens by length', async () => {
    const filter = { minLength: 2, maxLength: 3 };
    expect(tokensOf(await streamTokens({ filter }, ['a', 'bb', 'ccc', 'dddd']))).toEqual([
      'bb',
      'ccc',
    ]);
  });

  it('keeps words apart when it leaves out white space', async () => {
    const filter = { excludeWhitespace: true };
    const updates = await streamTokens({ filter }, ['Hello', ' ', 'world', '\n', '\n', '!', ' ']);
    expect(tokensOf(updates)).toEqual(['Hello', ' world', '\n\n!']);
  });

  it.each([/[a-z]/g, /[a-z]/y, /[a-z]/])(
    'judges every token by the same pattern %s',
    async (pattern) => {
      const updates = await streamTokens({ filter: { pattern } }, ['a', 'b', '1', 'c', 'd']);
      expect(tokensOf(updates)).toEqual(['a', 'b', 'c', 'd']);
    },
  );
});

describe('@StreamEvent', () => {
  const LIFECYCLE = ['node:start method', 'node:complete method'];

  it('streams nothing when it is not enabled', async () => {
    expect(await streamEvents({ enabled: false })).toEqual([]);
  });

  it('names the node', async () => {
    expect(typesOf(await streamEvents({ nodeId: 'n' }))).toEqual([
      'node:start n',
      'node:complete n',
    ]);
  });

  it('tells start and end of one run of a node by one id, with its duration', async () => {
    const [start, complete] = await streamEvents({});
    expect(start?.data).toEqual({ taskId: expect.any(String) });
    expect(complete?.data).toEqual({
      ...(start?.data as object),
      durationMs: expect.any(Number),
    });
    expect(complete).toHaveProperty('data.durationMs', expect.any(Number));
  });

  it('streams the events that are asked for', async () => {
    const updates = await streamEvents({ events: ['updates', 'values', 'node:complete'] }, () => ({
      done: true,
    }));
    expect(updates.map(({ type, data }) => [type, data]).slice(0, 2)).toEqual([
      ['values', { done: true }],
      ['updates', { method: { done: true } }],
    ]);
    expect(typesOf(updates).slice(2)).toEqual(['node:complete method']);
  });

  it('streams the update objects that a method yields, of the types that are asked for', async () => {
    @Injectable()
    class Source {
      @StreamEvent({ events: ['events', 'milestone'] })
      async *items(): AsyncGenerator {
        yield { type: 'events', data: 1, metadata: { own: true } };
        yield { type: 'custom', data: 2 };
        yield { type: 'milestone', data: 3 };
        yield { type: 'workflow:end', data: 4 };
        yield { state: 'not an update' };
      }
    }
    const updates = await run(Source, (source) => collect(source.items()));
    expect(updates.map(({ type, data }) => [type, data])).toEqual([
      ['events', 1],
      ['milestone', 3],
    ]);
    expect(updates[0]?.metadata).toMatchObject({ own: true });
  });

  it('lets the transformer change data, or leave an event out', async () => {
    const transformer: StreamEventOptions['transformer'] = (data, type) =>
      type === 'custom' ? { seen: data } : undefined;
    const updates = await streamEvents({ transformer }, (context) => context.emit('custom', 1));
    expect(updates.map(({ type, data }) => [type, data])).toEqual([['custom', { seen: 1 }]]);
  });

  it('filters by type', async () => {
    const emit = (context: StreamContext): void => {
      context.emit('custom', 1);
      context.emit('events', 2);
    };
    const only = await streamEvents({ filter: { eventTypes: ['events'] } }, emit);
    expect(typesOf(only)).toEqual(['events method']);
    const without = await streamEvents({ filter: { excludeTypes: ['events'] } }, emit);
    expect(typesOf(without)).toEqual([
      'node:start method',
      'custom method',
      'node:complete method',
    ]);
  });

  it('filters by priority', async () => {
    const emit = (context: StreamContext): void => {
      for (const priority of ['low', 'medium', 'normal', 'high'] as const)
        context.emit('custom', priority, { priority });
    };
    const passed = async (minPriority: 'low' | 'medium' | 'high'): Promise<unknown[]> =>
      dataOf(await streamEvents({ filter: { minPriority } }, emit), 'custom');
    expect(await passed('low')).toEqual(['low', 'medium', 'normal', 'high']);
    expect(await passed('medium')).toEqual(['medium', 'normal', 'high']);
    expect(await passed('high')).toEqual(['high']);
  });

  it('streams debug events only when asked to', async () => {
    const emit = (context: StreamContext): void => context.emit('debug', 1);
    expect(typesOf(await streamEvents({}, emit))).toEqual(LIFECYCLE);
    const included = await streamEvents({ filter: { includeDebug: true } }, emit);
    expect(dataOf(included, 'debug')).toEqual([1]);
  });

  it('drops events at-most-once when more wait for the log than the buffer takes', async () => {
    const burst = (context: StreamContext): void => {
      for (let index = 0; index < 10; index += 1) context.emit('custom', index);
    };
    const events = ['custom'] as const;
    const bounded = { events, bufferSize: 4 };
    expect(
      dataOf(await streamEvents({ ...bounded, delivery: 'at-most-once' }, burst), 'custom'),
    ).toEqual([0, 1, 2, 3]);
    for (const delivery of ['at-least-once', 'exactly-once'] as const) {
      const updates = await streamEvents({ ...bounded, delivery }, burst);
      expect(dataOf(updates, 'custom')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
  });
});

describe('bufferSize', () => {
  /** A log that takes nothing of one type until it is released. */
  class SlowLog extends MemoryStreamLog {
    readonly appending = new Deferred();
    readonly release = new Deferred();

    constructor(private readonly slowType: string) {
      super(OPTION_DEFAULTS.log);
    }

    override async append(
      ...args: Parameters<MemoryStreamLog['append']>
    ): ReturnType<MemoryStreamLog['append']> {
      if (args[1].some(({ type }) => type === this.slowType)) {
        this.appending.resolve();
        await this.release.promise;
      }
      return super.append(...args);
    }
  }

  it.each([
    ['token', StreamToken({ bufferSize: 3 })],
    ['custom', StreamEvent({ bufferSize: 3, events: ['custom'] })],
  ])('holds an iterable back until the log has its %s updates', async (type, decorator) => {
    const pulled: number[] = [];
    @Injectable()
    class Source {
      @decorator
      async *items(): AsyncGenerator {
        for (let index = 0; index < 6; index += 1) {
          pulled.push(index);
          yield { type, data: `${index}` };
        }
      }
    }
    const store = new SlowLog(type);
    const running = run(Source, (source) => collect(source.items()), { log: { store } });
    await store.appending.promise;
    const turn = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    while (pulled.length < 3) await turn();
    // Everybody else had many turns, and still nobody pulled the next.
    for (let turns = 0; turns < 50; turns += 1) await turn();
    expect(pulled).toEqual([0, 1, 2]);
    store.release.resolve();
    const updates = await running;
    expect(pulled).toEqual([0, 1, 2, 3, 4, 5]);
    const contents = type === 'token' ? tokensOf(updates) : dataOf(updates, type);
    expect(contents.join('')).toBe('012345');
  });
});

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
    const updates = await run(Source, (source) => collect(source.items()));
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
    const updates = await run(Source, (source) => source.method().catch(() => undefined));
    expect(percentages(dataOf(updates, 'progress'))).toEqual([0, 40]);
  });
});

describe('@StreamAll', () => {
  const partsOf = (options?: Parameters<typeof StreamAll>[0]): string[] => {
    class Source {
      @StreamAll(options)
      method(): void {}
    }
    return Object.keys(getAllStreamingMetadata(Source.prototype, 'method'));
  };

  it('is all three, those that are named, or all but those that are refused', () => {
    expect(partsOf()).toEqual(['token', 'event', 'progress']);
    expect(partsOf({ gateway: { rooms: 'r' } })).toEqual(['token', 'event', 'progress']);
    expect(partsOf({ token: true })).toEqual(['token']);
    expect(partsOf({ event: {}, progress: { interval: 5 } })).toEqual(['event', 'progress']);
    expect(partsOf({ token: false })).toEqual(['event', 'progress']);
  });
});

describe('module defaults', () => {
  class Source {
    @StreamToken()
    token(): string {
      return 'text';
    }
    @StreamToken({ includeMetadata: false })
    own(): string {
      return 'text';
    }
  }

  it('apply when a method is called, below what its decorator says', async () => {
    const decorators = { token: { includeMetadata: true } };
    const updates = await run(Source, (source) => source.token() + source.own(), { decorators });
    expect(updates.map(({ metadata }) => metadata?.['methodName'])).toEqual(['token', undefined]);
    const [plain] = await run(Source, (source) => source.token());
    expect(plain?.metadata).not.toHaveProperty('methodName');
  });

  it('can switch the decorators off', async () => {
    const updates = await run(Source, (source) => source.token(), {
      decorators: { enabled: false },
    });
    expect(updates).toEqual([]);
  });

  it('are validated at boot', async () => {
    const options = { decorators: { token: { bufferSize: 0, streamingDelay: 25 } } };
    await expect(startApp(options as StreamingModuleOptions)).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      issues: [
        { path: 'decorators.token.bufferSize' },
        { path: 'decorators.token.streamingDelay', message: expect.stringContaining('option') },
      ].map((issue) => expect.objectContaining(issue)),
    });
  });
});

describe('the metadata readers', () => {
  class Source {
    @StreamToken({ bufferSize: 7 })
    @StreamEvent({ events: ['events'] })
    both(): void {}

    @StreamProgress({ enabled: false })
    off(): void {}

    plain(): void {}
  }
  class Derived extends Source {}
  const { prototype } = Source;

  it('give what each decorator says, under the keys of the legacy version', () => {
    expect(getStreamTokenMetadata(prototype, 'both')).toEqual({
      methodName: 'both',
      enabled: true,
      bufferSize: 7,
    });
    expect(getStreamEventMetadata(prototype, 'both')).toEqual({
      methodName: 'both',
      enabled: true,
      events: ['events'],
    });
    expect(getStreamProgressMetadata(prototype, 'both')).toBeUndefined();
    expect(Reflect.getMetadata('streaming:token', prototype, 'both')).toBe(
      getStreamTokenMetadata(prototype, 'both'),
    );
    expect(Reflect.hasMetadata('streaming:event', prototype, 'both')).toBe(true);
    expect(Reflect.hasMetadata('streaming:progress', prototype, 'off')).toBe(true);
  });

  it('tell whether a method streams, on instances and inherited methods too', () => {
    for (const target of [prototype, Derived.prototype, new Derived()]) {
      expect([hasTokenStreaming(target, 'both'), hasEventStreaming(target, 'both')]).toEqual([
        true,
        true,
      ]);
      expect(hasProgressStreaming(target, 'both')).toBe(false);
      expect(hasProgressStreaming(target, 'off')).toBe(false);
      expect(getAllStreamingMetadata(target, 'plain')).toEqual({});
    }
  });
});
