// graph.ts
import {
  interrupt,
  MemorySaver,
  MessagesAnnotation,
  START,
  StateGraph,
} from '@langchain/langgraph';

export const graph = new StateGraph(MessagesAnnotation)
  .addNode('review', ({ messages }) => {
    const question = `Send "${messages.at(-1)?.text}"?`;
    const approved = interrupt<{ question: string }, unknown>({ question }) === true;
    return { messages: [{ role: 'assistant', content: approved ? 'Sent.' : 'Not sent.' }] };
  })
  .addEdge(START, 'review')
  .compile({ checkpointer: new MemorySaver() });
