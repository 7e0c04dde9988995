import type { GraphConfig, StreamableGraph } from './streamable-graph.js';

/**
 * A stream mode of LangGraph. Each has its event type; see `docs/sources.md`.
 *
 * @publicApi
 */
export type LangGraphStreamMode =
  'values' | 'updates' | 'messages' | 'custom' | 'debug' | 'checkpoints' | 'tasks' | 'tools';

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
   * What of the run is streamed.
   *
   * @default ['messages', 'updates', 'custom']
   */
  readonly streamMode?: LangGraphStreamMode | readonly LangGraphStreamMode[];
  /**
   * Whether states, updates, tasks, tools and node events of subgraphs are streamed too. The tokens of
   * subgraphs, and what their nodes write with `config.writer`, always are.
   *
   * @default false
   */
  readonly subgraphs?: boolean;
  /**
   * Whether to tell when a node starts, completes, fails, or is interrupted or called off.
   *
   * @default true
   */
  readonly nodeEvents?: boolean;
  /**
   * The run configuration, as `graph.stream` takes it. `configurable.thread_id` is the execution id
   * unless it is given here; a `signal`
   * given here ends the run too, as failed.
   */
  readonly config?: GraphConfig<G>;
}
