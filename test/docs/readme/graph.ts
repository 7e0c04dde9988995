// graph.ts
import { FakeListChatModel } from '@langchain/core/utils/testing';
import { MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';

// Offline, a letter at a time; put your model here.
const model = new FakeListChatModel({ responses: ['Hello from the graph.'], sleep: 20 });

export const graph = new StateGraph(MessagesAnnotation)
  .addNode('answer', async ({ messages }, config) => ({
    messages: [await model.invoke(messages, config)],
  }))
  .addEdge(START, 'answer')
  .compile();
