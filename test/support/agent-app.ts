import type { ModuleMetadata } from '@nestjs/common';
import type { StreamingModuleOptions } from '../../src/index.js';
import { StreamingAgent } from '../../src/index.js';
import type { StreamingAgentOptions } from '../../src/entries/gateway.js';
import { LangGraphAgent, type StreamableGraph } from '../../src/sources/langgraph/index.js';
import { USERS } from './agents.js';
import { startApp, type StreamingApp } from './streaming-app.js';

/** An application whose one agent, `chat`, is a graph. Its clients are who their token says. */
export async function startChat(
  graph: StreamableGraph,
  agentOptions: StreamingAgentOptions = {},
  options: StreamingModuleOptions = USERS,
): Promise<StreamingApp> {
  return startApp(options, chatOf(graph, agentOptions));
}

/** The one agent, `chat`, of an application. */
export function chatOf(
  graph: StreamableGraph,
  agentOptions: StreamingAgentOptions = {},
): ModuleMetadata {
  @StreamingAgent('chat', agentOptions)
  class ChatAgent extends LangGraphAgent {
    readonly graph = graph;
  }
  return { providers: [ChatAgent] };
}
