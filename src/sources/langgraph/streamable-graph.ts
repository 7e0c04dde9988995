/**
 * A graph that can be streamed: a compiled `StateGraph`, or an `entrypoint` of the functional API.
 *
 * @publicApi
 */
export interface StreamableGraph {
  /** Starts or continues a run, and resolves with its chunks. */
  stream(input: never, options?: never): Promise<AsyncIterable<unknown>>;
}

/** The input of a graph: its state, a `Command`, or null to continue from a checkpoint. */
export type GraphInput<G extends StreamableGraph> = StreamParameters<G>[0];

/** The run configuration of a graph, without the keys for which `LangGraphOptions` has its own options. */
export type GraphConfig<G extends StreamableGraph> = Omit<
  NonNullable<StreamParameters<G>[1]>,
  'encoding' | 'streamMode' | 'subgraphs'
>;

type StreamParameters<G extends StreamableGraph> = G['stream'] extends (
  input: infer Input,
  options?: infer Options,
) => unknown
  ? [input: Input, options?: Options]
  : never;

/** One chunk of a stream of several modes with subgraphs. */
export type GraphChunk = readonly [namespace: readonly string[], mode: string, payload: unknown];
