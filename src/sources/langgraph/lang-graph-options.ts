import type { GraphConfig, StreamableGraph } from './streamable-graph.js';

/** The stream modes; see {@link LangGraphStreamMode}. */
export const STREAM_MODES = [
  'values',
  'updates',
  'messages',
  'custom',
  'debug',
  'checkpoints',
  'tasks',
  'tools',
  'chat',
] as const;

/**
 * A stream mode of LangGraph. Each has its event type; see `docs/sources.md`.
 *
 * `chat` is what a chat page needs: `messages`, `updates`, `custom`, `tools`, light checkpoints, which have
 * ids and no state, and the state at the end of the run.
 *
 * @publicApi
 */
export type LangGraphStreamMode = (typeof STREAM_MODES)[number];

/** The stream modes of a run that names none. */
export const DEFAULT_STREAM_MODES: readonly LangGraphStreamMode[] = [
  'messages',
  'updates',
  'custom',
];

/**
 * How a graph is streamed.
 *
 * @publicApi
 */
export interface LangGraphOptions<G extends StreamableGraph = StreamableGraph> {
  /**
   * What of the run is streamed. A mode that there is not fails the run with `INVALID_OPTIONS`.
   *
   * @default ['messages', 'updates', 'custom']
   */
  readonly streamMode?: LangGraphStreamMode | readonly LangGraphStreamMode[];
  /**
   * How much of subgraphs, such as sub-agents, is streamed: `true` for everything, `'output'` for what
   * their models and tools say and their nodes write with `config.writer`, `false` for nothing.
   *
   * @default 'output'
   */
  readonly subgraphs?: boolean | 'output';
  /**
   * Whether to tell when a node starts, completes, fails, or is interrupted or called off.
   *
   * @default true
   */
  readonly nodeEvents?: boolean;
  /**
   * The run configuration, as `graph.stream` takes it. `configurable.thread_id` is the execution id
   * unless it is given here; a `signal` given here ends the run too, as failed. With a
   * `configurable.checkpoint_id` the run starts there, and answers go on with the branch that it makes.
   */
  readonly config?: GraphConfig<G>;
}
