import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { AIMessage, SystemMessage, type BaseMessage } from '@langchain/core/messages';
import type { ToolCall } from '@langchain/core/messages/tool';
import { END, MemorySaver, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { ToolNode } from '@langchain/langgraph/prebuilt';
import type { ApprovalRequest } from './approvals.js';
import { findTrain, reservationQuestion, reserveSeats } from './tools.js';

const TOOLS = [findTrain, reserveSeats];
const TASK = 'You plan weekend trips: find a train, reserve the seats, then write the plan.';

/**
 * A travel agent: its model calls tools until it has an answer. Before seats are reserved, it asks.
 *
 * @param announce - tells supervisors that a conversation waits for them
 */
export function createTravelGraph(
  model: BaseChatModel,
  announce: (request: ApprovalRequest) => Promise<void>,
) {
  const assistant = model.bindTools?.(TOOLS) ?? model;
  return (
    new StateGraph(MessagesAnnotation)
      .addNode('assistant', async ({ messages }, config) => ({
        messages: [await assistant.invoke([new SystemMessage(TASK), ...messages], config)],
      }))
      // A node of its own: a node that asks runs once more when it is answered.
      .addNode('announce', async ({ messages }, { configurable = {} }) => {
        const train = String(callOf(messages, reserveSeats.name)?.args['train']);
        const { thread_id: threadId = '', traveller = '' } = configurable as Readonly<
          Record<string, string>
        >;
        await announce({ threadId, traveller, question: reservationQuestion(train) });
        return {};
      })
      .addNode('tools', new ToolNode(TOOLS))
      .addEdge(START, 'assistant')
      .addConditionalEdges('assistant', ({ messages }) => {
        if (callOf(messages, reserveSeats.name)) return 'announce';
        return callOf(messages, findTrain.name) ? 'tools' : END;
      })
      .addEdge('announce', 'tools')
      .addEdge('tools', 'assistant')
      .compile({ checkpointer: new MemorySaver() })
  );
}

/** The call of a tool in the last message, if there is one. */
function callOf(messages: readonly BaseMessage[], name: string): ToolCall | undefined {
  const last = messages.at(-1);
  return AIMessage.isInstance(last)
    ? last.tool_calls?.find((call) => call.name === name)
    : undefined;
}
