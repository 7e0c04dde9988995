import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from '@jest/globals';
import { AIMessage } from '@langchain/core/messages';
import { tool } from '@langchain/core/tools';
import {
  Annotation,
  entrypoint,
  getConfig,
  MessagesAnnotation,
  Send,
  START,
  StateGraph,
  task,
} from '@langchain/langgraph';
import { ToolNode } from '@langchain/langgraph/prebuilt';
import { HELLO, modelOf, Steps } from '../../../test/support/graphs.js';
import { hasToolsMode } from '../../../test/support/lang-graph-version.js';
import { RecordingContext } from '../../../test/support/recording-context.js';
import { langGraph } from './index.js';

const ALL = ['messages', 'updates', 'custom', 'tasks', 'tools'] as const;
const Branch = Annotation.Root({ ...Steps.spec, branch: Annotation<number> });

/** Runs one node three times at once; each run writes, asks a model and returns. */
function branches() {
  return new StateGraph(Branch)
    .addNode('work', async ({ branch }: typeof Branch.State, config) => {
      config.writer?.({ branch });
      await modelOf(`${branch}`, '!').invoke('Hi', config);
      return { steps: [`${branch}`] };
    })
    .addConditionalEdges(START, () => [0, 1, 2].map((branch) => new Send('work', { branch })))
    .compile();
}

/** Calls a tool three times at once, each in a task of its own. */
function toolBranches() {
  const echo = tool(({ text }: { text: string }) => text, {
    name: 'echo',
    schema: { type: 'object', properties: { text: { type: 'string' } } },
  });
  const calls = [0, 1, 2].map((index) => ({
    type: 'tool_call' as const,
    id: `call-${index}`,
    name: 'echo',
    args: { text: `${index}` },
  }));
  return new StateGraph(MessagesAnnotation)
    .addNode('tools', new ToolNode([echo]))
    .addConditionalEdges(START, () =>
      calls.map(
        (call) =>
          new Send('tools', { messages: [new AIMessage({ content: '', tool_calls: [call] })] }),
      ),
    )
    .compile();
}

/** Calls where nothing is known of the node, as the handler of a shared connection is called. */
const outside = AsyncLocalStorage.snapshot();

/** The updates by the task that they name. */
function byTask(context: RecordingContext) {
  const tasks = new Map<unknown, string[]>();
  for (const { type, metadata } of context.updates) {
    const taskId = metadata?.['taskId'];
    tasks.set(taskId, [...(tasks.get(taskId) ?? []), type]);
  }
  return tasks;
}

describe('parallel runs of one node', () => {
  it('are told apart by the task in every update of theirs', async () => {
    const context = new RecordingContext();
    await langGraph(branches(), { steps: [] }, { streamMode: ALL }).run(context);
    const tasks = byTask(context);
    expect(tasks.size).toBe(3);
    for (const [taskId, types] of tasks) {
      expect(taskId).toEqual(expect.any(String));
      expect(types.toSorted()).toEqual([
        'custom',
        'node:complete',
        'node:start',
        'tasks',
        'tasks',
        'token',
        'token',
        'updates',
      ]);
    }
    expect(new Set(context.updates.map(({ nodeId }) => nodeId))).toEqual(new Set(['work']));
  });

  it('write under their own task', async () => {
    const context = new RecordingContext();
    await langGraph(branches(), { steps: [] }, { streamMode: ALL }).run(context);
    const branchOf = (type: 'custom' | 'updates') =>
      new Map(
        context
          .of(type)
          .map(({ data, metadata }) => [
            metadata?.['taskId'],
            type === 'custom'
              ? String((data as { branch: number }).branch)
              : (data as { work: { steps: [string] } }).work.steps[0],
          ]),
      );
    expect(branchOf('custom').size).toBe(3);
    expect(branchOf('updates')).toEqual(branchOf('custom'));
  });

  (hasToolsMode() ? it : it.skip)('call tools under their own task', async () => {
    const context = new RecordingContext();
    await langGraph(toolBranches(), HELLO, { streamMode: ALL }).run(context);
    const tools = context.of('tools');
    expect(tools).toHaveLength(6);
    expect(new Set(tools.map(({ nodeId }) => nodeId))).toEqual(new Set(['tools']));
    const calls = tools.map(({ data, metadata }) => [
      metadata?.['taskId'],
      (data as { toolCallId: string }).toolCallId,
    ]);
    expect(new Set(calls.map(([taskId]) => taskId)).size).toBe(3);
    expect(new Set(calls.map((pair) => pair.join())).size).toBe(3);
  });
});

describe('an update of a graph', () => {
  it('names the agent and the tags', async () => {
    const agent = new StateGraph(MessagesAnnotation)
      .addNode('model_request', async ({ messages }, config) => {
        config.writer?.('searching');
        const model = modelOf('found').withConfig({ tags: ['cheap'] });
        return { messages: [await model.invoke(messages, config)] };
      })
      .addEdge(START, 'model_request')
      .compile();
    const graph = new StateGraph(MessagesAnnotation)
      .addNode('model_request', async ({ messages }, config) => ({
        messages: [await modelOf('delegating').invoke(messages, config)],
      }))
      .addNode('research', async (state, config) => {
        return agent.invoke(state, { ...config, metadata: { lc_agent_name: 'researcher' } });
      })
      .addEdge(START, 'model_request')
      .addEdge('model_request', 'research')
      .compile();
    const context = new RecordingContext();
    const config = { metadata: { lc_agent_name: 'main' } };
    await langGraph(graph, HELLO, { config, subgraphs: true }).run(context);
    const agentOf = (type: 'token' | 'custom' | 'updates' | 'node:complete') =>
      context.of(type).map(({ nodeId, metadata }) => `${nodeId} ${String(metadata?.['agent'])}`);
    expect(agentOf('token')).toEqual(['model_request main', 'model_request researcher']);
    expect(agentOf('custom')).toEqual(['model_request researcher']);
    expect(agentOf('updates')).toEqual([
      'model_request main',
      'model_request researcher',
      'research main',
    ]);
    expect(agentOf('node:complete')).toEqual(agentOf('updates'));
    expect(context.of('token').map(({ metadata }) => metadata?.['tags'])).toEqual([
      undefined,
      ['cheap'],
    ]);
  });

  it('has no namespace in a task of the functional API, which is no subgraph', async () => {
    const double = task('double', async (value: number) => {
      getConfig().writer?.({ value });
      await modelOf('ok').invoke('Hi');
      return value * 2;
    });
    const workflow = entrypoint('workflow', async (values: number[]) =>
      Promise.all(values.map((value) => double(value))),
    );
    const context = new RecordingContext();
    await langGraph(workflow, [1, 2], { subgraphs: false }).run(context);
    const own = context.updates.filter(({ nodeId }) => nodeId === 'double');
    expect(own.map(({ type }) => type).toSorted()).toEqual(
      ['custom', 'node:complete', 'node:start', 'token', 'updates'].flatMap((type) => [type, type]),
    );
    for (const { metadata } of own) expect(metadata).toEqual({ taskId: expect.any(String) });
    expect(new Set(own.map(({ metadata }) => metadata?.['taskId'])).size).toBe(2);
  });

  it('has what a writer writes that was taken out of its node', async () => {
    let write: ((chunk: unknown) => void) | undefined;
    const graph = new StateGraph(Steps)
      .addNode('one', async (_state, config) => {
        ({ writer: write } = config);
        outside(() => write?.('from outside'));
        return { steps: [] };
      })
      .addEdge(START, 'one')
      .compile();
    const context = new RecordingContext();
    await langGraph(graph, { steps: [] }).run(context);
    expect(context.of('custom').map(({ data }) => data)).toEqual(['from outside']);
  });
});
