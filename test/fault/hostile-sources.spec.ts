import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Injectable, Logger } from '@nestjs/common';
import { finalize, map, mergeMap, Observable, of } from 'rxjs';
import {
  StreamAll,
  StreamingService,
  type ExecutionContext,
  type StreamSource,
} from '../../src/index.js';
import { type ObservableLike } from '../../src/entries/gateway.js';
import { ExecutionRegistry } from '../../src/executions/execution-registry.js';
import { updatesOf } from '../support/decorated-calls.js';
import { startApp } from '../support/streaming-app.js';

type Outcome = 'complete' | 'fail' | 'cancel';

/** How the source is to end, once it has begun; a source that is cancelled never learns. */
type Ending = Promise<Outcome>;

const FAILURE = new Error('the source failed');
const HOSTILE = new Error('hostile');
const hostile = (): never => {
  throw HOSTILE;
};

const rejecting = (): unknown => Promise.reject(HOSTILE);

/** Something whose every property throws. */
const UNREADABLE: Error = Object.defineProperties(new Error('unreadable'), {
  stack: { get: hostile },
  message: { get: hostile },
  name: { get: hostile },
  toString: { get: hostile },
});
const REVOKED: object = (() => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
})();

/** Ends as it is told, in a turn of the event loop where nobody catches. */
const observed = (ending: Ending, teardown: () => unknown = hostile): Observable<string> =>
  new Observable((subscriber) => {
    subscriber.next('begun');
    void ending.then((outcome) =>
      setImmediate(() => {
        if (outcome === 'complete') subscriber.complete();
        if (outcome === 'fail') subscriber.error(FAILURE);
      }),
    );
    // rxjs takes an `async` function too, and drops its promise.
    return teardown;
  });

async function end(ending: Ending): Promise<void> {
  if ((await ending) === 'fail') throw FAILURE;
}

async function* generated(ending: Ending): AsyncGenerator<string> {
  yield 'begun';
  await end(ending);
}

/** An iterator whose `return` is hostile in some way. */
const iterable = (ending: Ending, returned: PropertyDescriptor): AsyncIterable<string> => ({
  [Symbol.asyncIterator]: () =>
    Object.defineProperty({ next: iterate(ending) }, 'return', returned),
});

function iterate(ending: Ending): () => Promise<IteratorResult<string>> {
  const inner = generated(ending);
  return () => inner.next();
}

/** A function that goes on until it is told, or aborted. */
const listening =
  (listen: (signal: AbortSignal) => void) =>
  (ending: Ending): StreamSource =>
  async ({ signal, token }: ExecutionContext) => {
    listen(signal);
    token('begun');
    await end(ending);
  };

/** A teardown that saves something first, and fails at that. */
async function failLater(): Promise<never> {
  await new Promise((resolve) => setImmediate(resolve));
  throw HOSTILE;
}

/** An Observable of another library, whose teardown rejects. */
const foreign = (ending: Ending): ObservableLike => ({
  subscribe: (observer) => {
    observer.next('begun');
    void end(ending).then(observer.complete, observer.error);
    return { unsubscribe: rejecting };
  },
});

@Injectable()
class Hostile {
  @StreamAll()
  foreign(ending: Ending): ObservableLike {
    return foreign(ending);
  }

  @StreamAll()
  rejecting(ending: Ending): Observable<string> {
    return observed(ending, failLater);
  }

  @StreamAll()
  observable(ending: Ending): Observable<string> {
    return observed(ending);
  }

  @StreamAll()
  async *generator(ending: Ending): AsyncGenerator<string> {
    try {
      yield* generated(ending);
    } finally {
      hostile();
    }
  }

  @StreamAll()
  readable(ending: Ending): Readable {
    return SOURCES['a stream of Node that cannot be destroyed']?.(ending, this) as Readable;
  }
}

const SOURCES: Readonly<Record<string, (ending: Ending, service: Hostile) => StreamSource>> = {
  'an Observable whose teardown throws': (ending) => observed(ending),
  'an Observable that is piped': (ending) => observed(ending).pipe(map((value) => value)),
  'an inner Observable': (ending) => of(1).pipe(mergeMap(() => observed(ending))),
  'an inner Observable that is piped': (ending) =>
    of(1).pipe(
      mergeMap(() => observed(ending)),
      map((value) => value),
    ),
  "another library's Observable": (ending): ObservableLike => ({
    subscribe: (observer) => {
      observer.next('begun');
      void end(ending).then(observer.complete, observer.error);
      return { unsubscribe: hostile };
    },
  }),
  'a teardown that rejects': (ending) => observed(ending, rejecting),
  'a teardown that fails later': (ending) => observed(ending, failLater),
  'a teardown that fails later below an operator': (ending) =>
    observed(ending, failLater).pipe(map((value) => value)),
  'a teardown that fails later in a flattened Observable': (ending) =>
    of(1).pipe(mergeMap(() => observed(ending, failLater))),
  'a finalizer that fails later': (ending) =>
    observed(ending, () => undefined).pipe(finalize(() => failLater() as unknown as void)),
  'a teardown object that rejects': (ending) =>
    new Observable((subscriber) => {
      subscriber.add({ unsubscribe: rejecting });
      return observed(ending, () => undefined).subscribe(subscriber);
    }),
  "another library's Observable with a teardown that rejects": foreign,
  "another library's Observable with a teardown that rejects, decorated": (ending, service) => () =>
    service.foreign(ending),
  'a teardown that fails later, decorated': (ending, service) => () => service.rejecting(ending),
  'an iterator whose return throws': (ending) => iterable(ending, { value: hostile }),
  'an iterator with an unreadable return': (ending) => iterable(ending, { get: hostile }),
  'an iterator whose return rejects': (ending) =>
    iterable(ending, { value: () => Promise.reject(HOSTILE) }),
  'an iterator whose return is no promise': (ending) => iterable(ending, { value: () => 1 }),
  'a generator whose finally throws': async function* (ending: Ending) {
    try {
      yield* generated(ending);
    } finally {
      if ((await ending) === 'cancel') hostile();
    }
  },
  'a stream of Node that cannot be destroyed': (ending) => {
    let begun = false;
    return new Readable({
      objectMode: true,
      read() {
        if (!begun) this.push('begun');
        begun = true;
        void end(ending).then(
          () => this.push(null),
          (error: Error) => this.destroy(error),
        );
      },
      destroy(error, done) {
        done(error ?? (this.readableEnded ? null : HOSTILE));
      },
    });
  },
  'a web stream that cannot be cancelled': (ending) =>
    new ReadableStream({
      async start(controller) {
        controller.enqueue('begun');
        await end(ending).then(
          () => controller.close(),
          (error: unknown) => controller.error(error),
        );
      },
      cancel: hostile,
    }),
  'a function with a listener that throws': listening((signal) =>
    signal.addEventListener('abort', hostile),
  ),
  'a function with a listener that rejects': listening((signal) =>
    signal.addEventListener('abort', rejecting),
  ),
  'a function whose onabort throws': listening((signal) =>
    Object.assign(signal, { onabort: hostile }),
  ),
  'a function with an object that listens': listening((signal) =>
    signal.addEventListener('abort', { handleEvent: hostile }),
  ),
  'a function whose error cannot be read': () => async () => {
    throw UNREADABLE;
  },
  'a function that throws a revoked proxy': () => () => {
    throw REVOKED;
  },
  'a generator that throws nothing': () =>
    (async function* () {
      yield 'begun';
      throw undefined;
    })(),
  'an item that is a revoked proxy': () => [REVOKED],
  'an outcome that is none': () => ({ run: () => Promise.resolve(undefined as never) }),
  'a promise that cannot be awaited': () => () =>
    Object.defineProperty({}, 'then', { get: hostile }),
  'an Observable that is decorated': (ending, service) => () => service.observable(ending),
  'a generator that is decorated': (ending, service) => () => service.generator(ending),
  'a stream of Node that is decorated': (ending, service) => () => service.readable(ending),
};

const TEARDOWNS_THAT_REJECT = Object.keys(SOURCES).filter((name) =>
  /teardown that (rejects|fails)|teardown object|finalizer/.test(name),
);

const STATES = { complete: 'completed', fail: 'failed', cancel: 'cancelled' } as const;

/** Sources that fail by themselves, whatever they are told. */
const ALWAYS_FAILING =
  /cannot be read$|revoked proxy|throws nothing|is none|cannot be awaited|generator that is decorated/;

describe('a hostile source', () => {
  let errors: jest.SpiedFunction<Logger['error']>;

  beforeEach(() => {
    errors = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
  });

  afterEach(() => errors.mockRestore());

  const run = async (
    name: string,
    outcome: Outcome,
  ): Promise<{ state: string | undefined; last: string | undefined; executionId: string }> => {
    const { app, streaming } = await startApp({}, { providers: [Hostile] });
    let settle: (outcome: Outcome) => void = () => undefined;
    const ending: Ending = new Promise((resolve) => (settle = resolve));
    const source = SOURCES[name]?.(ending, app.get(Hostile));
    const { executionId, done } = streaming.run(source as StreamSource);
    await streaming.opened(executionId);
    if (outcome === 'cancel') await turns();
    if (outcome === 'cancel' && !streaming.get(executionId)?.endedAt) {
      await streaming.cancel(executionId);
    }
    settle(outcome);
    await done.catch(() => undefined);
    // What is thrown where nobody catches it fails the test: it has the time to.
    await turns();
    const last = (await allUpdates(app.get(StreamingService), executionId)).at(-1);
    return { state: streaming.get(executionId)?.state, last, executionId };
  };

  const names = Object.keys(SOURCES);
  const rows = names.flatMap((name) =>
    (['complete', 'fail', 'cancel'] as const).map((outcome) => [name, outcome] as const),
  );

  it.each(rows)('%s ends as it should when it is to %s', async (name, outcome) => {
    const { state } = await run(name, outcome);
    const fails =
      (ALWAYS_FAILING.test(name) && state !== 'cancelled') ||
      // rxjs would not complete it, and not fail it either.
      (name.startsWith('an inner Observable') && outcome === 'complete');
    expect(state).toBe(fails ? 'failed' : STATES[outcome]);
  });

  it('does not fail by an item of which a property cannot be read', async () => {
    const { streaming } = await startApp();
    const item = Object.defineProperty({ any: 1 }, 'type', { get: hostile, enumerable: true });
    const { executionId, done } = streaming.run([item, 'end']);
    expect(await done).toMatchObject({ state: 'completed' });
    expect((await updatesOf(streaming, executionId)).map(({ data }) => data)).toEqual([
      { any: 1, type: '[Unreadable]' },
      { content: 'end' },
    ]);
  });

  it.each([
    ['an Observable whose teardown throws', 'complete'],
    ['an Observable whose teardown throws', 'cancel'],
    ["another library's Observable", 'complete'],
    ['an inner Observable', 'complete'],
    ...TEARDOWNS_THAT_REJECT.flatMap((name) =>
      (['complete', 'fail', 'cancel'] as const).map((outcome) => [name, outcome] as const),
    ),
    ['an iterator whose return rejects', 'cancel'],
    ['a stream of Node that cannot be destroyed', 'cancel'],
    ['a web stream that cannot be cancelled', 'cancel'],
    ['a function with a listener that throws', 'cancel'],
    ['a function with a listener that rejects', 'cancel'],
    ['an Observable that is decorated', 'cancel'],
  ] as const)('%s is logged once with the id of its execution (%s)', async (name, outcome) => {
    const { executionId } = await run(name, outcome);
    const lines = errors.mock.calls.filter(
      ([, detail]) => !String(detail).includes(FAILURE.message),
    );
    expect(lines).toEqual([
      [expect.stringContaining(executionId), expect.stringContaining('hostile')],
    ]);
    // A run that fails is logged with its own error.
    expect(errors).toHaveBeenCalledTimes(outcome === 'fail' ? 2 : 1);
  });

  it('ends its call, and throws to its caller as rxjs does, when it is decorated and outside of a run', async () => {
    const { app } = await startApp({}, { providers: [Hostile] });
    const executions = app.get(ExecutionRegistry);
    const subscription = app
      .get(Hostile)
      .observable(new Promise(() => undefined))
      .subscribe();
    expect(executions.active()).toHaveLength(1);
    expect(() => subscription.unsubscribe()).toThrow('hostile');
    expect(executions.active()).toEqual([]);
  });
});

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

async function allUpdates(streaming: StreamingService, executionId: string): Promise<string[]> {
  return (await updatesOf(streaming, executionId)).map(({ type }) => type);
}
