import { describe, expect, it } from '@jest/globals';
import { of } from 'rxjs';
import { RecordingContext } from '../../test/support/recording-context.js';
import type { ExecutionContext } from '../executions/execution-source.js';
import type { SourceFunction } from './stream-source.js';
import { toExecutionSource } from './to-execution-source.js';

const token = (content: string) => ({ type: 'token', data: { content } });

const streamThroughContext = (context: ExecutionContext): void => {
  context.token(context.executionId);
  context.progress(50, 'half');
  context.emit('milestone', { name: 'done' }, { nodeId: 'n' });
};

describe('a function', () => {
  it('streams through its context', async () => {
    const context = new RecordingContext('execution-3');
    const outcome = await toExecutionSource(streamThroughContext).run(context);
    expect(outcome).toEqual({ state: 'completed' });
    expect(context.updates).toEqual([
      token('execution-3'),
      { type: 'progress', data: { progress: 50, message: 'half' } },
      { type: 'milestone', data: { name: 'done' }, nodeId: 'n' },
    ]);
  });

  it.each<[string, SourceFunction, unknown]>([
    ['a value', () => 42, 42],
    ['a promise', async () => ({ answer: 42 }), { answer: 42 }],
    ['a text', () => 'text', 'text'],
    ['an array', () => ['a', 'b'], ['a', 'b']],
    ['a map', () => new Map([['a', 1]]), new Map([['a', 1]])],
    ['null', () => null, null],
  ])('has what it returns as its result: %s', async (_name, source, result) => {
    const context = new RecordingContext();
    expect(await toExecutionSource(source).run(context)).toEqual({ state: 'completed', result });
    expect(context.updates).toEqual([]);
  });

  it.each<[string, SourceFunction]>([
    [
      'an async generator',
      async function* () {
        yield 'a';
      },
    ],
    [
      'a generator',
      function* () {
        yield 'a';
      },
    ],
    ['an Observable', () => of('a')],
    ['a promise of a stream', async () => of('a')],
    ['a web stream', () => new Response('a').body?.pipeThrough(new TextDecoderStream())],
  ])('streams what it returns: %s', async (_name, source) => {
    const context = new RecordingContext();
    expect(await toExecutionSource(source).run(context)).toEqual({ state: 'completed' });
    expect(context.updates).toEqual([token('a')]);
  });

  it.each<[string, SourceFunction]>([
    [
      'at once',
      () => {
        throw new Error('boom');
      },
    ],
    ['later', () => Promise.reject(new Error('boom'))],
  ])('ends with its error when it throws %s', async (_when, source) => {
    await expect(toExecutionSource(source).run(new RecordingContext())).rejects.toThrow('boom');
  });

  it('ends at once when cancelled, also when it does not look at the signal', async () => {
    const context = new RecordingContext();
    const run = toExecutionSource(() => new Promise(() => {})).run(context);
    const reason = new Error('stop');
    context.cancel(reason);
    await expect(run).rejects.toBe(reason);
  });

  it('may not return a source, which could not be resumed', async () => {
    const inner = { run: async () => ({ state: 'completed' }) as const };
    const run = toExecutionSource(() => inner).run(new RecordingContext());
    await expect(run).rejects.toMatchObject({ code: 'UNSUPPORTED_SOURCE' });
  });
});
