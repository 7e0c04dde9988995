import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
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
  StreamEvent,
  StreamProgress,
  StreamToken,
  type StreamingModuleOptions,
} from '../../src/index.js';
import { OPTION_DEFAULTS } from '../../src/options/option-defaults.js';
import { collect, dataOf, runDecorated, tokensOf } from '../support/decorated-calls.js';
import { Deferred } from '../support/deferred.js';
import { startApp } from '../support/streaming-app.js';

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
    const running = runDecorated(Source, (source) => collect(source.items()), { log: { store } });
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
    const updates = await runDecorated(Source, (source) => source.token() + source.own(), {
      decorators,
    });
    expect(updates.map(({ metadata }) => metadata?.['methodName'])).toEqual(['token', undefined]);
    const [plain] = await runDecorated(Source, (source) => source.token());
    expect(plain?.metadata).not.toHaveProperty('methodName');
  });

  it('can switch the decorators off', async () => {
    const updates = await runDecorated(Source, (source) => source.token(), {
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
