import { describe, expect, it } from '@jest/globals';
import {
  MessagesAnnotation,
  START,
  StateGraph,
  type LangGraphRunnableConfig,
} from '@langchain/langgraph';
import { langGraph } from '@hive-academy/langgraph-streaming/langgraph';
import { HELLO, modelOf } from '../support/graphs.js';
import { startClientApp } from './client/client-app.js';

type State = typeof MessagesAnnotation.State;

const say =
  (...parts: string[]) =>
  async ({ messages }: State, config: LangGraphRunnableConfig) => ({
    messages: [await modelOf(...parts).invoke(messages, config)],
  });

/** A main agent and a sub-agent below it, whose nodes have one name. */
function agents() {
  const writer = new StateGraph(MessagesAnnotation)
    .addNode('model_request', say('the ', 'text'))
    .addEdge(START, 'model_request')
    .compile();
  return new StateGraph(MessagesAnnotation)
    .addNode('model_request', say('delegating ', '| '))
    .addNode('write', async (state: State, config: LangGraphRunnableConfig) =>
      writer.invoke(state, { ...config, metadata: { lc_agent_name: 'writer' } }),
    )
    .addEdge(START, 'model_request')
    .addEdge('model_request', 'write')
    .compile();
}

/** A node and a subgraph below it that both fail once. */
function flaky() {
  let attempts = 0;
  const inner = new StateGraph(MessagesAnnotation)
    .addNode('inner', async (state: State, config: LangGraphRunnableConfig) => {
      attempts += 1;
      const update = await say(`attempt ${attempts}`)(state, config);
      if (attempts === 1) throw new Error('The connection was lost.');
      return update;
    })
    .addEdge(START, 'inner')
    .compile();
  return new StateGraph(MessagesAnnotation)
    .addNode('before', say('Hello, '))
    .addNode('sub', inner, {
      retryPolicy: { initialInterval: 1, jitter: false, logWarning: false },
    })
    .addEdge(START, 'before')
    .addEdge('before', 'sub')
    .compile();
}

describe('the text of agents', () => {
  const config = { metadata: { lc_agent_name: 'main' } };

  it('is told apart by agent', async () => {
    const { streaming, client } = await startClientApp();
    streaming.run(langGraph(agents(), HELLO, { config }), { executionId: 'run' });
    const run = client().execution('run');
    expect(await run.finalText()).toBe('delegating | the text');
    expect(run.nodeTexts.get('model_request')).toBe('delegating | the text');
    expect(Object.fromEntries(run.agentTexts)).toEqual({
      main: 'delegating | ',
      writer: 'the text',
    });
    const restored = client().execution('run', { snapshot: run.snapshot() });
    expect(restored.agentTexts.get('writer')).toBe('the text');
  });

  it.each([
    ['one agent', { agents: ['writer'] }, 'the text'],
    ['the main agent', { agents: ['main'] }, 'delegating | '],
    ['no subgraphs', { subgraphs: false }, 'delegating | '],
    ['subgraphs too', { subgraphs: true }, 'delegating | the text'],
    ['an agent that does not exist', { agents: ['critic'] }, ''],
    ['a node of an agent', { agents: ['writer'], nodeIds: ['model_request'] }, 'the text'],
  ])('can be asked for: %s', async (_, filter, text) => {
    const { streaming, client } = await startClientApp();
    streaming.run(langGraph(agents(), HELLO, { config }), { executionId: 'run' });
    const run = client().execution('run', filter);
    expect(await run.finalText()).toBe(text);
    expect(run.state).toBe('completed');
  });
});

describe('the text of an attempt that failed', () => {
  it.each([
    ['without a filter', {}],
    ['with a filter for tokens', { eventTypes: ['token'] }],
  ])('is not in the text of the run: %s', async (_, filter) => {
    const { streaming, client } = await startClientApp();
    streaming.run(langGraph(flaky(), HELLO), { executionId: 'run' });
    const run = client().execution('run', filter);
    const contents: string[] = [];
    run.on('update', ({ type, data }) => {
      if (type === 'token') contents.push(data.content);
    });
    expect(await run.finalText()).toBe('Hello, attempt 2');
    expect(contents).toEqual(['Hello, ', 'attempt 1', 'attempt 2']);
    expect(Object.fromEntries(run.nodeTexts)).toEqual({ before: 'Hello, ', inner: 'attempt 2' });
  });
});
