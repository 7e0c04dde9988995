export { langGraph } from './lang-graph.js';
export { LangGraphAgent } from './lang-graph-agent.js';
export type { LangGraphOptions, LangGraphStreamMode } from './lang-graph-options.js';
export type { GraphConfig, GraphInput, StreamableGraph } from './streamable-graph.js';
export type { NodeEventData } from './node-events.js';
export { BREAKPOINT_ID } from './interrupts.js';
