import { describe, expect, it } from '@jest/globals';
import { AIMessageChunk, HumanMessage } from '@langchain/core/messages';
import { FakeStreamingChatModel } from '@langchain/core/utils/testing';
import {
  END,
  interrupt,
  MemorySaver,
  MessagesAnnotation,
  START,
  StateGraph,
} from '@langchain/langgraph';
import { deferred } from '../../src/common/deferred.js';
import { langGraph } from '../../src/sources/langgraph/index.js';
import { accepted, Inbox } from '../support/plain-client.js';
import { startApp } from '../support/streaming-app.js';

const INPUT = { messages: [new HumanMessage({ id: 'human', content: 'Hi' })] };

const modelOf = (...parts: string[]): FakeStreamingChatModel =>
  new FakeStreamingChatModel({ chunks: parts.map((content) => new AIMessageChunk({ content })) });

/** A graph whose model speaks, whose viewer approves, and whose model speaks again. */
function approvalGraph() {
  let answers = 0;
  const graph = new StateGraph(MessagesAnnotation)
    .addNode('answer', async ({ messages }, config) => {
      answers += 1;
      config.writer?.({ type: 'progress', progress: 50, message: 'thinking' });
      return { messages: [await modelOf('Hel', 'lo ', '🙂').invoke(messages, config)] };
    })
    .addNode('approve', () => {
      const approved = interrupt<{ question: string }, boolean>({ question: 'Send it?' });
      return { messages: [new HumanMessage({ id: 'approval', content: String(approved) })] };
    })
    .addNode('thank', async ({ messages }, config) => ({
      messages: [await modelOf(' Thank', ' you').invoke(messages, config)],
    }))
    .addEdge(START, 'answer')
    .addEdge('answer', 'approve')
    .addEdge('approve', 'thank')
    .addEdge('thank', END)
    .compile({ checkpointer: new MemorySaver() });
  return { graph, timesAnswered: () => answers };
}

describe('a LangGraph run over a socket', () => {
  it('streams tokens, progress and nodes, waits for a viewer’s approval, and goes on in the same execution', async () => {
    const app = await startApp();
    const [client, late] = [app.connect(), app.connect()];
    const [inbox, lateInbox] = [new Inbox(client), new Inbox(late)];
    const { graph, timesAnswered } = approvalGraph();
    const { executionId, done } = app.streaming.run(langGraph(graph, INPUT));
    await client.emitWithAck('subscribe_execution', { executionId });
    await inbox.until((updates) => updates.some(({ type }) => type === 'interrupt'));

    const asked = inbox.updates.find(({ type }) => type === 'interrupt');
    expect(asked?.data).toEqual({
      state: 'interrupted',
      interrupts: [{ id: expect.any(String), value: { question: 'Send it?' } }],
    });
    expect(accepted(await client.emitWithAck('get_status', { executionId })).execution?.state).toBe(
      'interrupted',
    );
    accepted(await client.emitWithAck('respond_interrupt', { executionId, value: true }));
    await inbox.ended();
    await done;

    expect(inbox.text).toBe('Hello 🙂 Thank you');
    expect(timesAnswered()).toBe(1);
    expect(inbox.updates.filter(({ type }) => type === 'progress').map(({ data }) => data)).toEqual(
      [expect.objectContaining({ progress: 50, message: 'thinking' })],
    );
    const started = inbox.updates
      .filter(({ type }) => type === 'node:start')
      .map(({ metadata }) => metadata?.nodeId);
    expect(started).toEqual(expect.arrayContaining(['answer', 'approve', 'thank']));

    accepted(await late.emitWithAck('subscribe_execution', { executionId }));
    await lateInbox.ended();
    expect(lateInbox.text).toBe(inbox.text);
    expect(lateInbox.sequences).toEqual(inbox.sequences);
  });

  it('stops the graph when a viewer cancels', async () => {
    const app = await startApp();
    const client = app.connect();
    const inbox = new Inbox(client);
    const aborted = deferred<boolean>();
    const graph = new StateGraph(MessagesAnnotation)
      .addNode('endless', async ({ messages }, config) => {
        const { signal } = config;
        await modelOf('a').invoke(messages, config);
        await new Promise((resolve) => signal?.addEventListener('abort', resolve));
        aborted.resolve(signal?.aborted ?? false);
        return { messages: [] };
      })
      .addEdge(START, 'endless')
      .addEdge('endless', END)
      .compile();
    const { executionId, done } = app.streaming.run(langGraph(graph, INPUT));
    await client.emitWithAck('subscribe_execution', { executionId });
    await inbox.until((updates) => updates.some(({ type }) => type === 'token'));
    accepted(await client.emitWithAck('cancel_execution', { executionId }));
    await inbox.ended();
    expect(await done).toEqual({ state: 'cancelled' });
    expect(inbox.brief.at(-1)).toEqual(['workflow:cancel', { state: 'cancelled' }]);
    expect(await aborted.promise).toBe(true);
  });
});
