import { describe, expect, it } from '@jest/globals';
import { START, StateGraph } from '@langchain/langgraph';
import {
  askingGraph,
  nestedAskingGraph,
  nestedStepsGraph,
  Steps,
  stepsGraph,
} from '../../../test/support/graphs.js';
import { RecordingContext } from '../../../test/support/recording-context.js';
import { langGraph } from './index.js';
import { NodeEvents } from './node-events.js';

/** `type nodeId` of each node event, in order. */
function nodesOf(context: RecordingContext): string[] {
  return context
    .of('node:start', 'node:complete', 'node:error', 'node:end')
    .map(({ type, nodeId }) => `${type} ${nodeId}`);
}

describe('node events', () => {
  it('tell when each node starts and completes, around what it streams', async () => {
    const context = new RecordingContext();
    await langGraph(stepsGraph(), { steps: [] }).run(context);
    const taskId = expect.any(String);
    const durationMs = expect.any(Number);
    expect(context.updatesWithoutTask).toEqual([
      { type: 'node:start', nodeId: 'one', data: { taskId } },
      { type: 'custom', nodeId: 'one', data: { note: 'from one' } },
      { type: 'updates', nodeId: 'one', data: { one: { steps: ['one'] } } },
      { type: 'node:complete', nodeId: 'one', data: { taskId, durationMs } },
      { type: 'node:start', nodeId: 'two', data: { taskId } },
      { type: 'progress', nodeId: 'two', data: { progress: 50, message: 'half' } },
      { type: 'updates', nodeId: 'two', data: { two: { steps: ['two'] } } },
      { type: 'node:complete', nodeId: 'two', data: { taskId, durationMs } },
    ]);
    const ids = context.of('node:start').map(({ data }) => (data as { taskId: string }).taskId);
    expect(new Set(ids).size).toBe(2);
  });

  it('can be switched off', async () => {
    const context = new RecordingContext();
    await langGraph(stepsGraph(), { steps: [] }, { nodeEvents: false }).run(context);
    expect(nodesOf(context)).toEqual([]);
  });

  it('come with every stream mode', async () => {
    const context = new RecordingContext();
    await langGraph(stepsGraph(), { steps: [] }, { streamMode: 'messages' }).run(context);
    expect(nodesOf(context)).toEqual([
      'node:start one',
      'node:complete one',
      'node:start two',
      'node:complete two',
    ]);
  });

  it('tell of the nodes of subgraphs when asked', async () => {
    const [outer, all] = [new RecordingContext(), new RecordingContext()];
    await langGraph(nestedStepsGraph(), { steps: [] }).run(outer);
    await langGraph(nestedStepsGraph(), { steps: [] }, { subgraphs: true }).run(all);
    expect(nodesOf(outer)).toEqual([
      'node:start one',
      'node:complete one',
      'node:start sub',
      'node:complete sub',
    ]);
    expect(nodesOf(all)).toEqual([
      'node:start one',
      'node:complete one',
      'node:start sub',
      'node:start inner',
      'node:complete inner',
      'node:complete sub',
    ]);
    expect(all.of('node:start').at(-1)?.metadata).toEqual({
      namespace: [expect.stringMatching(/^sub:/)],
      taskId: expect.any(String),
    });
  });

  it('end an interrupted node, which starts again when it is answered', async () => {
    const context = new RecordingContext();
    const source = langGraph(nestedAskingGraph(), { steps: [] });
    await source.run(context);
    await source.resume?.(context, { value: 'yes' });
    expect(nodesOf(context)).toEqual([
      'node:start sub',
      'node:end sub',
      'node:start sub',
      'node:complete sub',
    ]);
  });

  it('leave out nodes that had completed before the graph was resumed', async () => {
    const context = new RecordingContext();
    const source = langGraph(askingGraph('a', 'b'), { steps: [] });
    const asked = await source.run(context);
    if (asked.state !== 'interrupted') throw new Error('Nobody asked.');
    for (const { id } of asked.interrupts) {
      context.updates.length = 0;
      await source.resume?.(context, { interruptId: id, value: 1 });
    }
    expect(nodesOf(context)).toEqual([
      'node:start b',
      'node:complete b',
      'node:start done',
      'node:complete done',
    ]);
  });

  it('tell which node failed, without its error, and end those that were called off', async () => {
    const context = new RecordingContext();
    const graph = new StateGraph(Steps)
      .addNode('bad', async () => {
        await context.untilUpdates(2);
        throw new Error('password 1234 is wrong');
      })
      .addNode('slow', (_state, config) => {
        return new Promise((_resolve, reject) => {
          config.signal?.addEventListener('abort', () => reject(config.signal?.reason));
        });
      })
      .addEdge(START, 'bad')
      .addEdge(START, 'slow')
      .compile();
    await expect(langGraph(graph, { steps: [] }).run(context)).rejects.toThrow('password 1234');
    expect(nodesOf(context).toSorted()).toEqual([
      'node:end slow',
      'node:error bad',
      'node:start bad',
      'node:start slow',
    ]);
    expect(JSON.stringify(context.updates)).not.toContain('1234');
  });

  it('follow the next step of a graph whose last one was done before it was resumed', () => {
    const nodes = new NodeEvents();
    const start = { id: 'task-1', name: 'loop', input: {}, interrupts: [] };
    nodes.cached('loop', [], 0);
    nodes.nextStep([]);
    expect(nodes.accept(start, [], 1)).toMatchObject({ type: 'node:start', nodeId: 'loop' });
  });

  it('tell that a node failed inside a subgraph, and so the subgraph', async () => {
    const inner = new StateGraph(Steps)
      .addNode('bad', () => {
        throw new Error('boom');
      })
      .addEdge(START, 'bad')
      .compile();
    const graph = new StateGraph(Steps).addNode('sub', inner).addEdge(START, 'sub').compile();
    const context = new RecordingContext();
    const source = langGraph(graph, { steps: [] }, { subgraphs: true });
    await expect(source.run(context)).rejects.toThrow('boom');
    expect(nodesOf(context)).toEqual([
      'node:start sub',
      'node:start bad',
      'node:error bad',
      'node:error sub',
    ]);
  });
});
