import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { StreamingAgent } from '@hive-academy/langgraph-streaming';
import type { AgentContext } from '@hive-academy/langgraph-streaming/gateway';
import { LangGraphAgent } from '@hive-academy/langgraph-streaming/langgraph';
import { Inject } from '@nestjs/common';
import { z } from 'zod';
import { Approvals } from './approvals.js';
import { createTravelGraph } from './travel-graph.js';

/** Injection token of the chat model: any of LangChain. */
export const CHAT_MODEL = Symbol('CHAT_MODEL');

const message = z.object({
  id: z.string().max(64).optional(),
  role: z.literal('user'),
  content: z.string().trim().min(1).max(500),
});

/** What the page starts as `travel`. */
@StreamingAgent('travel', { publishInput: true })
export class TravelAgent extends LangGraphAgent<ReturnType<typeof createTravelGraph>> {
  readonly graph;
  override readonly inputSchema = z.object({ messages: z.array(message).length(1) });

  constructor(@Inject(CHAT_MODEL) model: BaseChatModel, approvals: Approvals) {
    super();
    this.graph = createTravelGraph(model, (request) => approvals.announce(request));
  }

  /** What the graph learns beside the thread. */
  override config({ principal }: AgentContext) {
    return { configurable: { traveller: principal.id } };
  }
}
