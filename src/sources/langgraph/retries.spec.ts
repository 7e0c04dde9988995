import { describe, expect, it } from '@jest/globals';
import {
  entrypoint,
  MessagesAnnotation,
  START,
  StateGraph,
  task,
  type RetryPolicy,
} from '@langchain/langgraph';
import { HELLO, modelOf, Steps } from '../../../test/support/graphs.js';
import { RecordingContext } from '../../../test/support/recording-context.js';
import { langGraph } from './index.js';

const RETRY: RetryPolicy = {
  maxAttempts: 3,
  initialInterval: 1,
  jitter: false,
  logWarning: false,
};

/** A node that says something and throws, until its last attempt. */
function flakyNode(failures: number) {
  let attempt = 0;
  return async (
    { messages }: typeof MessagesAnnotation.State,
    config: Parameters<ReturnType<typeof modelOf>['invoke']>[1],
  ) => {
    attempt += 1;
    const answer = await modelOf(`attempt `, `${attempt}`).invoke(messages, config);
    if (attempt <= failures) throw new Error('The connection was lost.');
    return { messages: [answer] };
  };
}

/** What each update says, in order. */
function told(context: RecordingContext): string[] {
  return context
    .of('token', 'node:start', 'node:retry', 'node:complete', 'node:error')
    .map(({ type, data }) => {
      const { content, attempt } = data as { content?: string; attempt?: number };
      return [type, content ?? attempt ?? ''].join(' ').trim();
    });
}

describe('a node that is tried again', () => {
  it('says so between what it said before and what it says then', async () => {
    const graph = new StateGraph(MessagesAnnotation)
      .addNode('llm', flakyNode(2), { retryPolicy: RETRY })
      .addEdge(START, 'llm')
      .compile();
    const context = new RecordingContext();
    await langGraph(graph, HELLO).run(context);
    expect(told(context)).toEqual([
      'node:start',
      'token attempt',
      'token 1',
      'node:retry 2',
      'token attempt',
      'token 2',
      'node:retry 3',
      'token attempt',
      'token 3',
      'node:complete',
    ]);
    const [start] = context.of('node:start');
    const [retry] = context.of('node:retry');
    expect(retry).toEqual({
      type: 'node:retry',
      nodeId: 'llm',
      data: { taskId: start?.metadata?.['taskId'], attempt: 2 },
      metadata: { taskId: start?.metadata?.['taskId'] },
    });
  });

  it('fails in the end when it is not tried once more', async () => {
    const graph = new StateGraph(MessagesAnnotation)
      .addNode('llm', flakyNode(3), { retryPolicy: RETRY })
      .addEdge(START, 'llm')
      .compile();
    const context = new RecordingContext();
    await expect(langGraph(graph, HELLO).run(context)).rejects.toThrow('connection was lost');
    expect(context.of('node:retry')).toHaveLength(2);
    expect(told(context).at(-1)).toBe('node:error');
  });

  it('may be a subgraph, whose nodes spoke below its task', async () => {
    const inner = new StateGraph(MessagesAnnotation)
      .addNode('llm', flakyNode(1))
      .addEdge(START, 'llm')
      .compile();
    const graph = new StateGraph(MessagesAnnotation)
      .addNode('sub', inner, { retryPolicy: RETRY })
      .addEdge(START, 'sub')
      .compile();
    const context = new RecordingContext();
    await langGraph(graph, HELLO, { nodeEvents: false }).run(context);
    const [retry] = context.of('node:retry');
    expect(retry?.nodeId).toBe('sub');
    const taskId = String(retry?.metadata?.['taskId']);
    // LangGraph counts how often the task has called its subgraph.
    expect(context.of('token').map(({ metadata }) => metadata?.['namespace'])).toEqual([
      [`sub:${taskId}`],
      [`sub:${taskId}`],
      [`sub:${taskId}`, '1'],
      [`sub:${taskId}`, '1'],
    ]);
    expect(told(context)).toContain('token 2');
  });

  it('may be a task of the functional API', async () => {
    let attempts = 0;
    const flaky = task({ name: 'flaky', retry: RETRY }, async () => {
      attempts += 1;
      if (attempts === 1) throw new Error('The connection was lost.');
      return attempts;
    });
    const workflow = entrypoint('workflow', async (_input: number) => flaky());
    const context = new RecordingContext();
    await langGraph(workflow, 1).run(context);
    expect(context.of('node:retry')).toMatchObject([{ nodeId: 'flaky', data: { attempt: 2 } }]);
  });

  it('is not taken for a runnable inside of a node that has its name', async () => {
    const graph = new StateGraph(Steps)
      .addNode('llm', async (_state, config) => {
        await modelOf('a').withConfig({ runName: 'llm' }).invoke('Hi', config);
        await modelOf('b')
          .pipe((message) => message)
          .withConfig({ runName: 'llm' })
          .invoke('Hi', config);
        return { steps: [] };
      })
      .addEdge(START, 'llm')
      .compile();
    const context = new RecordingContext();
    await langGraph(graph, { steps: [] }).run(context);
    expect(context.of('node:retry')).toEqual([]);
  });
});
