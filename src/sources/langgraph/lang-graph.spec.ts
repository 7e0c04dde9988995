import { describe, expect, it } from '@jest/globals';
import { getEventListeners } from 'node:events';
import { CallbackManager } from '@langchain/core/callbacks/manager';
import { FakeListChatModel } from '@langchain/core/utils/testing';
import {
  Annotation,
  Command,
  END,
  entrypoint,
  type LangGraphRunnableConfig,
  Send,
  START,
  StateGraph,
  task,
} from '@langchain/langgraph';
import { Deferred } from '../../../test/support/deferred.js';
import { HELLO, mapCache, modelGraph, Steps, stepsGraph } from '../../../test/support/graphs.js';
import { RecordingContext } from '../../../test/support/recording-context.js';
import { langGraph } from './index.js';

describe('a run of a graph', () => {
  it('starts only with the execution, and runs the graph once', async () => {
    let runs = 0;
    const graph = new StateGraph(Steps)
      .addNode('count', () => {
        runs += 1;
        return { steps: [] };
      })
      .addEdge(START, 'count')
      .compile();
    const source = langGraph(graph, { steps: [] }, { streamMode: ['values', 'messages'] });
    expect(runs).toBe(0);
    await source.run(new RecordingContext());
    expect(runs).toBe(1);
  });

  it('passes the configuration on, and the execution id as the thread', async () => {
    const seen: unknown[] = [];
    const graph = new StateGraph(Steps)
      .addNode('look', (_state, config: LangGraphRunnableConfig) => {
        seen.push(config.configurable?.['thread_id'], config.configurable?.['user'], config.tags);
        return { steps: [] };
      })
      .addEdge(START, 'look')
      .compile();
    const config = { configurable: { user: 'ada' }, tags: ['mine'] };
    await langGraph(graph, { steps: [] }, { config }).run(new RecordingContext('e:1/ä'));
    expect(seen).toEqual(['e:1/ä', 'ada', expect.arrayContaining(['mine'])]);
  });

  it('leaves nothing at the signals of its execution and its caller, however many branches ran', async () => {
    const graph = new StateGraph(Steps)
      .addNode('branch', async (_state, config: LangGraphRunnableConfig) => {
        await new FakeListChatModel({ responses: ['Hi'] }).invoke('Hello', config);
        return { steps: [] };
      })
      .addConditionalEdges(START, () => Array.from({ length: 20 }, () => new Send('branch', {})))
      .compile();
    const context = new RecordingContext();
    const { signal } = new AbortController();
    await langGraph(graph, { steps: [] }, { config: { signal } }).run(context);
    // What branches waited for when they ended is over after a turn of the event loop.
    await context.ready();
    expect(getEventListeners(context.signal, 'abort')).toEqual([]);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('takes a command as input', async () => {
    const source = langGraph(stepsGraph(), new Command({ update: { steps: ['x'] }, goto: 'two' }));
    expect(await source.run(new RecordingContext())).toEqual({
      state: 'completed',
      result: { steps: ['x', 'two'] },
    });
  });

  it('returns what the output schema has, not the private state', async () => {
    const State = Annotation.Root({ secret: Annotation<string>, answer: Annotation<string> });
    const graph = new StateGraph({
      stateSchema: State,
      output: Annotation.Root({ answer: Annotation<string> }),
    })
      .addNode('think', () => ({ secret: 's', answer: 'a' }))
      .addEdge(START, 'think')
      .addEdge('think', END)
      .compile();
    const outcome = await langGraph(graph, { secret: 'x' }).run(new RecordingContext());
    expect(outcome).toEqual({ state: 'completed', result: { answer: 'a' } });
  });

  it('streams a workflow of the functional API', async () => {
    const double = task('double', async (value: number) => value * 2);
    const workflow = entrypoint('workflow', async (value: number) => (await double(value)) + 1);
    const context = new RecordingContext();
    const source = langGraph(workflow, 20, { streamMode: 'updates', nodeEvents: false });
    expect(await source.run(context)).toEqual({ state: 'completed', result: 41 });
    expect(context.updatesWithoutTask).toEqual([
      { type: 'updates', nodeId: 'double', data: { double: 40 } },
      { type: 'updates', nodeId: 'workflow', data: { workflow: 41 } },
    ]);
  });

  it('refuses what is not a graph', () => {
    const builder = { invoke: () => {} };
    // @ts-expect-error A graph can be streamed.
    expect(() => langGraph(builder, {})).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED_SOURCE' }),
    );
  });

  it('takes only an input that the graph takes', () => {
    // @ts-expect-error The steps are texts.
    langGraph(stepsGraph(), { steps: [1] });
    // @ts-expect-error No such stream mode.
    langGraph(stepsGraph(), { steps: [] }, { streamMode: 'token' });
    expect(langGraph(stepsGraph(), null)).toHaveProperty('run');
  });

  it('streams what a node wrote that is served from the cache', async () => {
    let runs = 0;
    const graph = new StateGraph(Steps)
      .addNode('costly', () => ({ steps: [`costly ${(runs += 1)}`] }), { cachePolicy: true })
      .addEdge(START, 'costly')
      .compile({ cache: mapCache() });
    const [first, second] = [new RecordingContext(), new RecordingContext()];
    await langGraph(graph, { steps: [] }).run(first);
    await langGraph(graph, { steps: [] }).run(second);
    expect(first.types).toEqual(['node:start', 'updates', 'node:complete']);
    expect(second.types).toEqual(first.types);
    expect(second.of('updates')).toEqual([
      {
        type: 'updates',
        nodeId: 'costly',
        metadata: { taskId: expect.any(String) },
        data: { costly: { steps: ['costly 1'] } },
      },
    ]);
  });

  it('streams a frozen state that refers to itself and holds what JSON cannot say', async () => {
    const State = Annotation.Root({ value: Annotation<unknown> });
    const value: Record<string, unknown> = {
      big: 12n,
      date: new Date(0),
      bytes: new Uint8Array([1, 2, 3]),
      map: new Map([['a', new Set([1])]]),
      call: () => 1,
      error: new Error('password 1234'),
    };
    value['self'] = value;
    Object.freeze(value);
    const graph = new StateGraph(State)
      .addNode('set', () => ({ value }))
      .addEdge(START, 'set')
      .compile();
    const context = new RecordingContext();
    const input = Object.freeze({ value: null });
    await langGraph(graph, input, { streamMode: 'updates', nodeEvents: false }).run(context);
    expect(context.updatesWithoutTask).toEqual([
      {
        type: 'updates',
        nodeId: 'set',
        data: {
          set: {
            value: {
              big: '12',
              date: '1970-01-01T00:00:00.000Z',
              bytes: 'AQID',
              map: { a: [1] },
              error: { code: 'SOURCE_FAILED', message: 'The streamed work failed.' },
              self: '[Circular]',
            },
          },
        },
      },
    ]);
  });
});

describe('a run that does not end well', () => {
  it('rejects with the error of the node, after what was streamed before it', async () => {
    const failure = new Error('boom');
    const context = new RecordingContext();
    const graph = new StateGraph(Steps)
      .addNode('bad', async (_state, config) => {
        config.writer?.('before');
        await context.untilUpdates(2);
        throw failure;
      })
      .addEdge(START, 'bad')
      .compile();
    await expect(langGraph(graph, { steps: [] }).run(context)).rejects.toBe(failure);
    expect(context.types).toEqual(['node:start', 'custom', 'node:error']);
  });

  it.each([
    ['none', undefined],
    ['a list', []],
    ['a manager', new CallbackManager()],
  ])(
    'loses nothing that a node streamed just before it threw; callbacks: %s',
    async (_, callbacks) => {
      const context = new RecordingContext();
      const graph = new StateGraph(Steps)
        .addNode('bad', async (_state, config) => {
          for (let index = 0; index < 500; index += 1) config.writer?.(index);
          throw new Error('boom');
        })
        .addEdge(START, 'bad')
        .compile();
      const config = callbacks === undefined ? {} : { callbacks };
      const source = langGraph(graph, { steps: [] }, { streamMode: 'custom', config });
      await expect(source.run(context)).rejects.toThrow('boom');
      expect(context.of('custom').map(({ data }) => data)).toEqual([...Array(500).keys()]);
      expect(context.types.at(-1)).toBe('node:error');
    },
  );

  it('loses nothing that a node streamed while the execution was not ready for more', async () => {
    const context = new RecordingContext();
    const graph = new StateGraph(Steps)
      .addNode('bad', async (_state, config) => {
        context.ready = () => new Deferred().promise;
        for (let index = 0; index < 100; index += 1) {
          config.writer?.(index);
          await new Promise(setImmediate);
        }
        throw new Error('boom');
      })
      .addEdge(START, 'bad')
      .compile();
    const run = langGraph(graph, { steps: [] }, { streamMode: 'custom' }).run(context);
    await expect(run).rejects.toThrow('boom');
    expect(context.of('custom').map(({ data }) => data)).toEqual([...Array(100).keys()]);
  });

  it('ends at once when it is cancelled while the graph waits for the execution', async () => {
    const context = new RecordingContext();
    const asked = new Deferred();
    context.ready = () => {
      asked.resolve();
      return new Deferred().promise;
    };
    const run = langGraph(modelGraph('a'), HELLO).run(context);
    await asked.promise;
    context.cancel();
    await expect(run).rejects.toThrow('cancelled');
  });

  it('aborts the node and ends at once when the execution is cancelled', async () => {
    const context = new RecordingContext();
    const nodeAborted = new Deferred<unknown>();
    let nodeSignal: AbortSignal | undefined;
    const graph = new StateGraph(Steps)
      .addNode('endless', (_state, config) => {
        nodeSignal = config.signal;
        config.writer?.('started');
        config.signal?.addEventListener('abort', () => nodeAborted.resolve('aborted'));
        return new Promise<never>(() => {});
      })
      .addEdge(START, 'endless')
      .compile();
    const run = langGraph(graph, { steps: [] }).run(context);
    await context.untilUpdates(2);
    const reason = new Error('stop');
    context.cancel(reason);
    expect(nodeSignal?.aborted).toBe(true);
    await expect(run).rejects.toBe(reason);
    expect(await nodeAborted.promise).toBe('aborted');
    expect(context.types).toEqual(['node:start', 'custom']);
  });

  it('does not start a graph for an execution that is cancelled already', async () => {
    const context = new RecordingContext();
    context.cancel();
    await expect(langGraph(modelGraph('a'), HELLO).run(context)).rejects.toThrow('cancelled');
    expect(context.updatesWithoutTask).toEqual([]);
  });

  it('ends when the signal of the application aborts', async () => {
    const context = new RecordingContext();
    const controller = new AbortController();
    const graph = new StateGraph(Steps)
      .addNode('endless', (_state, config) => {
        config.writer?.('started');
        return new Promise<never>(() => {});
      })
      .addEdge(START, 'endless')
      .compile();
    const config = { signal: controller.signal };
    const run = langGraph(graph, { steps: [] }, { config }).run(context);
    await context.untilUpdates(2);
    controller.abort();
    await expect(run).rejects.toThrow(/abort/i);
  });

  it('stops the graph when an update cannot be streamed', async () => {
    const context = new RecordingContext();
    const nodeAborted = new Deferred<unknown>();
    const graph = new StateGraph(Steps)
      .addNode('endless', (_state, config) => {
        config.signal?.addEventListener('abort', () => nodeAborted.resolve('aborted'));
        config.writer?.('refused');
        return new Promise<never>(() => {});
      })
      .addEdge(START, 'endless')
      .compile();
    context.emit = () => {
      throw new Error('refused');
    };
    await expect(
      langGraph(graph, { steps: [] }, { nodeEvents: false }).run(context),
    ).rejects.toThrow('refused');
    expect(await nodeAborted.promise).toBe('aborted');
  });
});
