import { describe, expect, it } from '@jest/globals';
import { Annotation, START, StateGraph } from '@langchain/langgraph';
import { RecordingContext } from '../../../test/support/recording-context.js';
import { smallRegistry } from '../../../test/support/small-registry.js';
import { WIDE_BOUNDS } from '../../../test/support/wide-bounds.js';
import { MemoryStreamLog } from '../../log/memory-stream-log.js';
import { langGraph, type LangGraphStreamMode } from './index.js';

const State = Annotation.Root({ value: Annotation<unknown>, steps: Annotation<number> });

/** A node that puts a value into the state, and one after it. */
function holding(value: unknown) {
  return new StateGraph(State)
    .addNode('hold', () => ({ value }))
    .addNode('after', () => ({ steps: 1 }))
    .addEdge(START, 'hold')
    .addEdge('hold', 'after')
    .compile();
}

function nested(levels: number): object {
  let value: object = {};
  for (let level = 0; level < levels; level += 1) value = { value };
  return value;
}

/** About as many bytes of JSON, in objects. */
function rows(bytes: number): object[] {
  return Array.from({ length: bytes / 50 }, (_, index) => ({ index, text: 'x'.repeat(30) }));
}

describe('a state that is hard to convert', () => {
  const fail = (): never => {
    throw new Error('password hunter2');
  };

  describe.each<[string, unknown]>([
    ['a getter that throws', Object.defineProperty({}, 'x', { get: fail, enumerable: true })],
    ['a toJSON that throws', { toJSON: fail }],
    ['8,000 levels', nested(8_000)],
    ['what JSON does not know', [12n, new Date(0), () => 1, Symbol('x'), new Map([[1, 2]])]],
  ])('does not fail the run: %s', (_, value) => {
    it.each<LangGraphStreamMode>(['messages', 'values', 'updates', 'tasks', 'debug', 'chat'])(
      'with stream mode "%s"',
      async (streamMode) => {
        const { streaming } = smallRegistry(new MemoryStreamLog(WIDE_BOUNDS), {
          maxQueuedBytes: 1e7,
          highWaterMarkBytes: 1e6,
        });
        const { done, executionId } = streaming.run(
          langGraph(holding(value), { steps: 0 }, { streamMode }),
        );
        expect(await done).toMatchObject({ state: 'completed', result: { steps: 1 } });
        const updates: unknown[] = [];
        for await (const update of streaming.follow(executionId)) updates.push(update);
        expect(JSON.stringify(updates)).not.toContain('hunter2');
      },
    );
  });
});

describe('a large state', () => {
  const order = [
    'node:start',
    'updates',
    'node:complete',
    'node:start',
    'updates',
    'node:complete',
  ];

  it('is streamed in the order of the graph', async () => {
    const value = rows(3_000_000);
    const context = new RecordingContext();
    await langGraph(holding(value), { steps: 0 }, { streamMode: ['updates', 'values'] }).run(
      context,
    );
    expect(context.types.filter((type) => type !== 'values')).toEqual(order);
    expect(context.of('values').map(({ data }) => data)).toEqual([
      { steps: 0 },
      { steps: 0, value },
      { steps: 1, value },
    ]);
  });

  it('holds no chunk back for good when a node throws meanwhile', async () => {
    const graph = new StateGraph(State)
      .addNode('hold', () => ({ value: rows(3_000_000) }))
      .addNode('bad', (_state, config) => {
        config.writer?.('one');
        config.writer?.('two');
        throw new Error('boom');
      })
      .addEdge(START, 'hold')
      .addEdge('hold', 'bad')
      .compile();
    const context = new RecordingContext();
    const streamMode = ['custom', 'values'] as const;
    await expect(langGraph(graph, { steps: 0 }, { streamMode }).run(context)).rejects.toThrow(
      'boom',
    );
    expect(context.types).toEqual([
      'values',
      'node:start',
      'node:complete',
      'values',
      'node:start',
      'custom',
      'custom',
      'node:error',
    ]);
  });

  it('leaves the event loop free', async () => {
    let longest = 0;
    let last = process.cpuUsage();
    let going = true;
    const look = (): void => {
      const { user, system } = process.cpuUsage(last);
      longest = Math.max(longest, (user + system) / 1_000);
      last = process.cpuUsage();
      if (going) setImmediate(look);
    };
    const context = new RecordingContext();
    const graph = holding(rows(10_000_000));
    setImmediate(look);
    await langGraph(graph, { steps: 0 }, { streamMode: 'updates' }).run(context);
    going = false;
    expect(context.types).toEqual(order);
    // Ten times what a slice takes.
    expect(longest).toBeLessThan(500);
  });

  it('is left out when it is larger than an update may be, and the result has it', async () => {
    const value = rows(100_000);
    const { streaming } = smallRegistry(new MemoryStreamLog(WIDE_BOUNDS), {
      maxUpdateBytes: 50_000,
      maxQueuedBytes: 1e7,
    });
    const { done, executionId } = streaming.run(
      langGraph(holding(value), { steps: 0 }, { streamMode: ['updates', 'values'] }),
      { publishResult: true },
    );
    const omitted = { omitted: { code: 'UPDATE_TOO_LARGE', maxBytes: 50_000 } };
    const seen: unknown[] = [];
    for await (const { type, data } of streaming.follow(executionId)) {
      if (['updates', 'values', 'workflow:end'].includes(type)) seen.push([type, data]);
    }
    expect(seen).toEqual([
      ['values', { steps: 0 }],
      ['updates', omitted],
      ['values', omitted],
      ['updates', { after: { steps: 1 } }],
      ['values', omitted],
      ['workflow:end', { state: 'completed', result: omitted }],
    ]);
    expect(await done).toEqual({ state: 'completed', result: { steps: 1, value } });
  });
});
