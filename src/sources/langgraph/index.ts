export { langGraph } from './lang-graph.js';
export { LangGraphAgent } from './lang-graph-agent.js';
export type { Agent, AgentCheckpoints, AgentContext, StateEdit } from '../agent.js';
export type { StandardSchema } from '../standard-schema.js';
export type { LangGraphOptions, LangGraphStreamMode } from './lang-graph-options.js';
export type { GraphConfig, GraphInput, StreamableGraph } from './streamable-graph.js';
export type { NodeEventData } from './node-events.js';
export { BREAKPOINT_ID } from './interrupts.js';
export type {
  StreamedMessage,
  StreamedToolCall,
  StreamedToolCallChunk,
} from '../../protocol/streamed-message.js';
