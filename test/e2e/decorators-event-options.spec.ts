import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import {
  StreamContext,
  StreamEvent,
  type StreamEventOptions,
  type StreamingModuleOptions,
  type StreamUpdate,
} from '../../src/index.js';
import { collect, dataOf, runDecorated, typesOf } from '../support/decorated-calls.js';

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
  return runDecorated(Source, (source) => source.method(), module);
}

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
    const updates = await runDecorated(Source, (source) => collect(source.items()));
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
