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
 * A stream mode of LangGraph. Each mode has its own update type; see `docs/sources.md`.
 *
 * `chat` is not a mode of LangGraph. It stands for everything that a chat page needs: `messages`, `updates`,
 * `custom`, `tools`, checkpoints with ids but without state, and the state at the end of the run.
 *
 * @publicApi
 */
export type LangGraphStreamMode = (typeof STREAM_MODES)[number];

/** The stream modes of a run without `streamMode`. */
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
   * The stream mode, or several. An unknown mode fails the run with `INVALID_OPTIONS`.
   *
   * @default ['messages', 'updates', 'custom']
   */
  readonly streamMode?: LangGraphStreamMode | readonly LangGraphStreamMode[];
  /**
   * How much of subgraphs, such as sub-agents, is streamed. `true` means everything. `'output'` means the output of
   * their models and tools, and data that their nodes write with `config.writer`. `false` means nothing.
   *
   * @default 'output'
   */
  readonly subgraphs?: boolean | 'output';
  /**
   * Whether `node:*` updates tell when a node starts, completes, fails, or is interrupted or cancelled.
   *
   * @default true
   */
  readonly nodeEvents?: boolean;
  /**
   * The run configuration of `graph.stream`. By default, `configurable.thread_id` is the id of the execution. If
   * you set `signal` and it aborts, the run fails. If you set `configurable.checkpoint_id`, the run begins at this
   * checkpoint, and answers continue the new branch.
   */
  readonly config?: GraphConfig<G>;
}
