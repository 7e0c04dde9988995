import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AIMessage, AIMessageChunk } from '@langchain/core/messages';
import { Injectable, Logger, SetMetadata } from '@nestjs/common';
import { lastValueFrom, Observable, range, take, toArray } from 'rxjs';
import { MemoryStreamLog } from '../../src/entries/log.js';
import {
  StreamAll,
  StreamEvent,
  StreamingService,
  StreamToken,
  type StreamUpdate,
} from '../../src/index.js';
import { collect, dataOf, runStreamed, tokensOf, typesOf } from '../support/decorated-calls.js';
import { startApp } from '../support/streaming-app.js';

/** A decorator that replaces the method by another function, as a tracing library does. */
function Wrap(tag: string): MethodDecorator {
  return (_target, _key, descriptor: PropertyDescriptor) => {
    const method = descriptor.value as (...args: unknown[]) => unknown;
    descriptor.value = function (this: { seen: string[] }, ...args: unknown[]): unknown {
      this.seen.push(tag);
      return method.apply(this, args);
    };
  };
}

const broken = (): never => {
  throw new Error('broken');
};

function revokedProxy(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

class Failure extends Error {
  readonly extra = 42;
}

@Injectable()
class Methods {
  readonly seen: string[] = [];
  readonly suffix = '!';
  #secret = 'private';
  subscriptions = 0;
  pulled: number[] = [];
  closed = false;

  @StreamAll()
  text(one: string, two: number, ...rest: string[]): string {
    return [one, two, ...rest].join(' ') + this.suffix;
  }

  @StreamToken()
  async later(text: string): Promise<string> {
    return text + this.#secret;
  }

  @StreamToken()
  content(): { content: string; other: number } {
    return { content: 'inside', other: 1 };
  }

  @StreamToken()
  message(): AIMessage {
    return new AIMessage({ id: 'm-1', content: 'spoken' });
  }

  @StreamToken()
  chunks(): AsyncIterable<AIMessageChunk> {
    return (async function* () {
      yield new AIMessageChunk({ id: 'm-2', content: 'Hel' });
      yield new AIMessageChunk({ id: 'm-2', content: [{ type: 'text', text: 'lo' }] });
    })();
  }

  @StreamAll()
  async *counted(limit: number): AsyncGenerator<string, string, string | undefined> {
    try {
      for (let index = 0; index < limit; index += 1) {
        this.pulled.push(index);
        const answer = yield `t${index}`;
        if (answer !== undefined) this.seen.push(answer);
      }
      return 'returned';
    } finally {
      this.closed = true;
    }
  }

  @StreamToken()
  observable(): Observable<string> {
    return new Observable<string>((subscriber) => {
      this.subscriptions += 1;
      subscriber.next('o1');
      subscriber.next('o2');
      subscriber.complete();
    });
  }

  @StreamToken({ format: 'json' })
  endless(): Observable<number> {
    return range(0, Number.POSITIVE_INFINITY);
  }

  @StreamEvent()
  throwing(error: unknown): never {
    throw error;
  }

  @StreamEvent()
  async rejecting(error: unknown): Promise<never> {
    throw error;
  }

  @StreamEvent()
  failingStream(error: unknown): AsyncIterable<string> {
    return (async function* () {
      yield 'before';
      throw error;
    })();
  }

  @StreamAll({ event: { events: ['values', 'updates'] } })
  untouched(state: { readonly items: readonly string[] }): typeof state {
    return state;
  }

  @StreamAll()
  state(state: { readonly secret: string }): { readonly secret: string } {
    return state;
  }

  @SetMetadata('above', 1)
  @Wrap('above')
  @StreamEvent()
  @Wrap('between')
  @StreamToken()
  @Wrap('below')
  @SetMetadata('below', 2)
  layered(text: string): string {
    return text;
  }

  @StreamToken({
    processor: () => {
      throw new Error('the processor is broken');
    },
  })
  badOption(): string {
    return 'value';
  }

  @StreamAll()
  anything(value: unknown): unknown {
    return value;
  }

  @StreamToken()
  thenable(): PromiseLike<string> {
    // oxlint-disable-next-line unicorn/no-thenable -- what query builders are
    return { then: (resolve) => Promise.resolve('lazy').then(resolve) };
  }

  @StreamAll()
  static shared(text: string): string {
    return text;
  }
}

describe('a decorated method', () => {
  let streaming: StreamingService;
  let methods: Methods;

  beforeEach(async () => {
    const { app } = await startApp(
      { tokens: { flushIntervalMs: 0 }, decorators: { progress: { interval: 0 } } },
      { providers: [Methods] },
    );
    streaming = app.get(StreamingService);
    methods = app.get(Methods);
  });

  const run = <T>(
    work: () => T | Promise<T>,
  ): Promise<{ updates: StreamUpdate[]; result: T; executionId: string }> =>
    runStreamed(streaming, work);

  it('gets its arguments and `this`, and returns its value', async () => {
    const { updates, result } = await run(() => methods.text('a', 1, 'b', 'c'));
    expect(result).toBe('a 1 b c!');
    expect(typesOf(updates)).toEqual([
      'node:start text',
      'progress text',
      'token text',
      'progress text',
      'node:complete text',
    ]);
    expect(tokensOf(updates)).toEqual(['a 1 b c!']);
  });

  it('keeps name, length, prototype and whether it is a generator', () => {
    const { text, counted } = Methods.prototype;
    expect([text.name, text.length, counted.name, counted.length]).toEqual([
      'text',
      2,
      'counted',
      1,
    ]);
    expect(Object.prototype.toString.call(counted)).toBe('[object AsyncGeneratorFunction]');
  });

  it('streams what a promise resolves to, and resolves to the same', async () => {
    const { updates, result } = await run(() => methods.later('very '));
    expect(result).toBe('very private');
    expect(tokensOf(updates)).toEqual(['very private']);
  });

  it('streams the text of an object with a content, and returns the object itself', async () => {
    const { updates, result } = await run(() => methods.content());
    expect(result).toEqual({ content: 'inside', other: 1 });
    expect(tokensOf(updates)).toEqual(['inside']);
  });

  it('streams a LangChain message with its id and role', async () => {
    const { updates, result } = await run(() => methods.message());
    expect(result).toBeInstanceOf(AIMessage);
    expect(dataOf(updates, 'token')).toEqual([
      { content: 'spoken', role: 'assistant', messageId: 'm-1' },
    ]);
  });

  it('streams message chunks of an async iterable, and hands out the chunks', async () => {
    const { updates, result } = await run(() => collect(methods.chunks()));
    expect(result.map((chunk) => chunk.text)).toEqual(['Hel', 'lo']);
    expect(tokensOf(updates)).toEqual(['Hel', 'lo']);
  });

  it('leaves a generator to its caller: lazy, pulled once per value, with what is sent into it', async () => {
    const { updates } = await run(async () => {
      const generator = methods.counted(2);
      expect(methods.pulled).toEqual([]);
      expect(await generator.next()).toEqual({ value: 't0', done: false });
      expect(methods.pulled).toEqual([0]);
      expect(await generator.next('sent')).toEqual({ value: 't1', done: false });
      expect(await generator.next()).toEqual({ value: 'returned', done: true });
      expect(await generator.next()).toEqual({ value: undefined, done: true });
    });
    expect(methods.seen).toEqual(['sent']);
    expect(tokensOf(updates)).toEqual(['t0', 't1']);
    expect(typesOf(updates).at(-1)).toBe('node:complete counted');
  });

  it('passes an early return on to the generator, and tells that the node ended', async () => {
    const { updates } = await run(async () => {
      for await (const token of methods.counted(10)) if (token === 't1') break;
    });
    expect(methods.closed).toBe(true);
    expect(methods.pulled).toEqual([0, 1]);
    expect(tokensOf(updates)).toEqual(['t0', 't1']);
    expect(typesOf(updates).at(-1)).toBe('node:end counted');
  });

  it('does nothing for a generator that nobody pulls', async () => {
    const { updates } = await run(() => void methods.counted(3));
    expect(updates).toEqual([]);
  });

  it('leaves an Observable cold, and streams its first subscription only', async () => {
    const { updates, result } = await run(async () => {
      const source = methods.observable();
      expect(source).toBeInstanceOf(Observable);
      expect(methods.subscriptions).toBe(0);
      const first = await lastValueFrom(source.pipe(toArray()));
      return [first, await lastValueFrom(source.pipe(toArray()))];
    });
    expect(result).toEqual([
      ['o1', 'o2'],
      ['o1', 'o2'],
    ]);
    expect(methods.subscriptions).toBe(2);
    expect(tokensOf(updates)).toEqual(['o1', 'o2']);
  });

  it('stops an endless Observable with its subscriber', async () => {
    const { updates, result } = await run(() =>
      lastValueFrom(methods.endless().pipe(take(3), toArray())),
    );
    expect(result).toEqual([0, 1, 2]);
    expect(tokensOf(updates)).toEqual(['0\n', '1\n', '2\n']);
  });

  it.each(['throwing', 'rejecting', 'failingStream'] as const)(
    'throws the same error, stack included, and tells viewers no detail (%s)',
    async (name) => {
      const error = new Failure('the password is hunter2');
      const { stack } = error;
      const { updates, result } = await run(async () => {
        try {
          const returned: unknown = await methods[name](error);
          await collect(returned as AsyncIterable<string>);
        } catch (caught) {
          return caught;
        }
        return undefined;
      });
      expect(result).toBe(error);
      expect([error.stack, error.extra]).toEqual([stack, 42]);
      expect(dataOf(updates, 'node:error')).toEqual([
        {
          taskId: expect.any(String),
          durationMs: expect.any(Number),
          error: { code: 'SOURCE_FAILED', message: 'The streamed work failed.' },
        },
      ]);
      expect(JSON.stringify(updates)).not.toContain('hunter2');
    },
  );

  it('works on frozen state and returns it untouched', async () => {
    const state = Object.freeze({ items: Object.freeze(['a']) });
    const { updates, result } = await run(() => methods.untouched(state));
    expect(result).toBe(state);
    expect(dataOf(updates, 'values')).toEqual([{ items: ['a'] }]);
    expect(dataOf(updates, 'updates')).toEqual([{ untouched: { items: ['a'] } }]);
  });

  it('puts no state into an update unless an option asks for it', async () => {
    const { updates } = await run(() => methods.state({ secret: 'hunter2' }));
    expect(typesOf(updates)).toEqual([
      'node:start state',
      'progress state',
      'progress state',
      'node:complete state',
    ]);
    expect(JSON.stringify(updates)).not.toContain('hunter2');
  });

  it('keeps other decorators and their metadata, in any order', async () => {
    const { updates, result } = await run(() => methods.layered('text'));
    expect(result).toBe('text');
    expect(methods.seen).toEqual(['above', 'between', 'below']);
    expect(typesOf(updates)).toEqual([
      'node:start layered',
      'token layered',
      'node:complete layered',
    ]);
    expect(Reflect.getMetadata('above', Methods.prototype.layered)).toBe(1);
  });

  it('carries the metadata that decorators below it set on the function', () => {
    class Below {
      @StreamToken()
      @SetMetadata('below', 2)
      method(): void {}
    }
    expect(Reflect.getMetadata('below', Below.prototype.method)).toBe(2);
  });

  it('runs when an option of its decorator throws, which is logged', async () => {
    const logged = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const { updates, result } = await run(() => methods.badOption());
    expect(result).toBe('value');
    expect(updates).toEqual([]);
    expect(logged.mock.calls.map(([message]) => message)).toEqual([
      'Methods.badOption runs, but could not be streamed',
    ]);
    logged.mockRestore();
  });

  it.each<[string, () => object]>([
    ['a revoked proxy', revokedProxy],
    ['an object whose every property throws', () => new Proxy({}, { get: broken, has: broken })],
  ])('hands out %s, and logs that it cannot be streamed', async (_name, make) => {
    const logged = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const value = make();
    await run(() => {
      if (!Object.is(methods.anything(value), value)) throw new Error('It is another value.');
    });
    expect(logged).toHaveBeenCalled();
    logged.mockRestore();
  });

  it('leaves a thenable that is no promise alone', async () => {
    const { result } = await run(async () => methods.thenable());
    expect(result).toBe('lazy');
  });

  it('can be static, where the ambient execution is all there is', async () => {
    const { updates } = await run(() => Methods.shared('static'));
    expect(tokensOf(updates, 'shared')).toEqual(['static']);
  });

  it('streams a value once that it passes on from another decorated method', async () => {
    @Injectable()
    class Chain {
      @StreamToken()
      async outer(): Promise<string> {
        return this.inner();
      }
      @StreamToken()
      async inner(): Promise<string> {
        return 'once';
      }
      @StreamToken()
      outerStream(): AsyncIterable<string> {
        return this.innerStream();
      }
      @StreamToken()
      async *innerStream(): AsyncGenerator<string> {
        yield* ['a', 'b'];
      }
      @StreamToken()
      async *again(): AsyncGenerator<string> {
        yield* this.innerStream();
        yield 'c';
      }
    }
    const { app } = await startApp({ tokens: { flushIntervalMs: 0 } }, { providers: [Chain] });
    const chain = app.get(Chain);
    const { updates } = await runStreamed(app.get(StreamingService), async () => {
      await chain.outer();
      await collect(chain.outerStream());
      await collect(chain.again());
    });
    expect(tokensOf(updates)).toEqual(['once', 'a', 'b', 'a', 'b', 'c']);
  });
});

describe('a decorated method whose log fails', () => {
  class Story {
    @StreamToken()
    async *tell() {
      for (let part = 1; part <= 3; part += 1) yield `${part}`.repeat(100);
    }
  }

  /** Refuses everything, a turn later. */
  class DownLog extends MemoryStreamLog {
    override async append(): Promise<never> {
      await new Promise((resolve) => setImmediate(resolve));
      throw new Error('the log is down');
    }
  }

  it('gives its caller every item all the same, although the log held it back', async () => {
    const error = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const bounds = { maxEntries: 10, maxBytes: 1_000, retentionMs: 1_000, roomIdleMs: 1_000 };
    const { app } = await startApp(
      {
        log: { store: new DownLog(bounds) },
        executions: { highWaterMarkBytes: 1 },
        tokens: { flushIntervalMs: 0 },
      },
      { providers: [Story] },
    );
    const items = await collect(app.get(Story).tell());
    expect(items.map((item) => item[0])).toEqual(['1', '2', '3']);
    expect(error.mock.calls.map(([message]) => message)).toEqual([
      expect.stringMatching(/^Execution .* failed$/),
    ]);
    error.mockRestore();
  });
});
