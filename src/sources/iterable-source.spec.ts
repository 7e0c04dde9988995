import { describe, expect, it } from '@jest/globals';
import { Deferred } from '../../test/support/deferred.js';
import { modelOf } from '../../test/support/graphs.js';
import { RecordingContext } from '../../test/support/recording-context.js';
import { toExecutionSource } from './to-execution-source.js';

/** An iterator that counts how often it was asked to return. */
class Probe implements AsyncIterable<string> {
  pulls = 0;
  returns = 0;

  constructor(private readonly step: (pull: number) => Promise<IteratorResult<string, unknown>>) {}

  [Symbol.asyncIterator](): AsyncIterator<string, unknown> {
    return {
      next: () => this.step((this.pulls += 1)),
      return: async () => {
        this.returns += 1;
        return { done: true, value: undefined };
      },
    };
  }
}

const tokens = (...contents: readonly string[]) =>
  contents.map((content) => ({ type: 'token', data: { content } }));

async function* generate(...items: readonly string[]) {
  yield* items;
}

async function* summarize(...items: readonly string[]) {
  yield* items;
  return { total: items.length };
}

describe('an iterable', () => {
  it('is streamed item by item, whether it is asynchronous or not', async () => {
    for (const source of [['a', 'b'], new Set(['a', 'b']), generate('a', 'b')]) {
      const context = new RecordingContext();
      expect(await toExecutionSource(source).run(context)).toEqual({ state: 'completed' });
      expect(context.updates).toEqual(tokens('a', 'b'));
    }
  });

  it('has what a generator returns as its result', async () => {
    const context = new RecordingContext();
    const outcome = await toExecutionSource(summarize('a', 'b')).run(context);
    expect(outcome).toEqual({ state: 'completed', result: { total: 2 } });
    expect(context.updates).toEqual(tokens('a', 'b'));
  });

  it('may be the stream of a chat model', async () => {
    const context = new RecordingContext();
    await toExecutionSource(await modelOf('Hel', 'lo').stream('Hi')).run(context);
    expect(context.text()).toBe('Hello');
    expect(context.updates[0]).toMatchObject({ type: 'token', data: { role: 'assistant' } });
  });

  it('is pulled only when the execution is ready for the next item', async () => {
    const context = new RecordingContext();
    const gates = [new Deferred(), new Deferred()];
    let asked = 0;
    context.ready = () => gates[asked++]?.promise ?? Promise.resolve();
    const probe = new Probe(async (pull) =>
      pull === 1 ? { done: false, value: 'a' } : { done: true, value: undefined },
    );
    const run = toExecutionSource(probe).run(context);
    expect(probe.pulls).toBe(0);
    gates[0]?.resolve();
    await context.untilUpdates(1);
    expect(probe.pulls).toBe(1);
    gates[1]?.resolve();
    await run;
    expect(probe.pulls).toBe(2);
  });

  it('ends with its error, and is not asked to return then', async () => {
    const failure = new Error('boom');
    const probe = new Probe(async (pull) => {
      if (pull > 1) throw failure;
      return { done: false, value: 'a' };
    });
    const context = new RecordingContext();
    await expect(toExecutionSource(probe).run(context)).rejects.toBe(failure);
    expect(context.updates).toEqual(tokens('a'));
    expect(probe.returns).toBe(0);
  });

  it('is not asked to return when it ends by itself', async () => {
    const probe = new Probe(async () => ({ done: true, value: undefined }));
    await toExecutionSource(probe).run(new RecordingContext());
    expect(probe.returns).toBe(0);
  });

  it('ends at once when cancelled, even while the next item is awaited', async () => {
    const context = new RecordingContext();
    const late = new Deferred<IteratorResult<string, unknown>>();
    const probe = new Probe((pull) =>
      pull === 1 ? Promise.resolve({ done: false, value: 'a' }) : late.promise,
    );
    const run = toExecutionSource(probe).run(context);
    await context.untilUpdates(1);
    const reason = new Error('stop');
    context.cancel(reason);
    await expect(run).rejects.toBe(reason);
    expect(probe.returns).toBe(1);
    late.resolve({ done: false, value: 'too late' });
    await late.promise;
    expect(context.updates).toEqual(tokens('a'));
  });

  it('ends at once when cancelled while the execution is not ready', async () => {
    const context = new RecordingContext();
    context.ready = () => new Promise(() => {});
    const probe = new Probe(async () => ({ done: false, value: 'a' }));
    const run = toExecutionSource(probe).run(context);
    context.cancel(new Error('stop'));
    await expect(run).rejects.toThrow('stop');
    expect([probe.pulls, probe.returns]).toEqual([0, 1]);
  });

  it('lets the event loop turn, so that an endless one can be cancelled', async () => {
    const context = new RecordingContext();
    const endless = { [Symbol.iterator]: () => ({ next: () => ({ done: false, value: 'a' }) }) };
    const run = toExecutionSource(endless).run(context);
    setImmediate(() => context.cancel(new Error('stop')));
    await expect(run).rejects.toThrow('stop');
  });

  it('runs the clean-up of a generator that is cancelled', async () => {
    const context = new RecordingContext();
    const cleaned = new Deferred<string>();
    async function* endless() {
      try {
        for (;;) yield 'a';
      } finally {
        cleaned.resolve('cleaned');
      }
    }
    const run = toExecutionSource(endless()).run(context);
    await context.untilUpdates(3);
    context.cancel();
    await expect(run).rejects.toThrow('cancelled');
    expect(await cleaned.promise).toBe('cleaned');
  });

  it('never leaves a rejection unhandled when it fails after it was cancelled', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note);
    const context = new RecordingContext();
    const late = new Deferred();
    const iterator = {
      next: () => late.promise.then(() => Promise.reject(new Error('late'))),
      return: () => Promise.reject(new Error('cannot stop')),
    };
    const run = toExecutionSource({ [Symbol.asyncIterator]: () => iterator }).run(context);
    context.cancel();
    await expect(run).rejects.toThrow('cancelled');
    late.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  it('is asked to return once when an item cannot be streamed', async () => {
    const context = new RecordingContext();
    context.emit = () => {
      throw new Error('refused');
    };
    const probe = new Probe(async () => ({ done: false, value: 'a' }));
    await expect(toExecutionSource(probe).run(context)).rejects.toThrow('refused');
    expect([probe.pulls, probe.returns]).toEqual([1, 1]);
  });
});
