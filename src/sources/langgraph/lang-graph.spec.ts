import { describe, expect, it } from '@jest/globals';
import { AIMessageChunk, HumanMessage } from '@langchain/core/messages';
import { FakeStreamingChatModel } from '@langchain/core/utils/testing';
import { END, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { RecordingContext } from '../../../test/support/recording-context.js';
import { langGraph } from './index.js';

const model = (...parts: string[]) =>
  new FakeStreamingChatModel({
    sleep: 0,
    chunks: parts.map((content) => new AIMessageChunk({ content })),
  });
describe('smoke', () => {
  it('runs', async () => {
    const sub = new StateGraph(MessagesAnnotation)
      .addNode('inner', async (s, c) => ({
        messages: [await model('in', 'ner').invoke(s.messages, c)],
      }))
      .addEdge(START, 'inner')
      .compile();
    const graph = new StateGraph(MessagesAnnotation)
      .addNode('llm', async (s, c) => ({
        messages: [await model('Hel', 'lo').invoke(s.messages, c)],
      }))
      .addNode('sub', sub)
      .addEdge(START, 'llm')
      .addEdge('llm', 'sub')
      .addEdge('sub', END)
      .compile();
    const context = new RecordingContext();
    const outcome = await langGraph(graph, { messages: [new HumanMessage('hi')] }).run(context);
    console.log(JSON.stringify(context.updates, null, 1), JSON.stringify(outcome));
    expect(context.text()).toBe('Helloinner');
  });
});
