// support.agent.ts
import { StreamingAgent } from '@hive-academy/langgraph-streaming';
import { LangGraphAgent } from '@hive-academy/langgraph-streaming/langgraph';
import { FakeListChatModel } from '@langchain/core/utils/testing';
import { MemorySaver, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';

// This model needs no network, and sends one letter at a time. Put your own model here.
const model = new FakeListChatModel({ responses: ['Hello from the graph.'], sleep: 20 });

const graph = new StateGraph(MessagesAnnotation)
  .addNode('answer', async ({ messages }, config) => ({
    messages: [await model.invoke(messages, config)],
  }))
  .addEdge(START, 'answer')
  .compile({ checkpointer: new MemorySaver() });

@StreamingAgent('support')
export class SupportAgent extends LangGraphAgent<typeof graph> {
  readonly graph = graph;
}
