/**
 * What is asked of a graph: a compiled `StateGraph` and an `entrypoint` of the functional API
 * have it.
 *
 * @publicApi
 */
export interface StreamableGraph {
  stream(input: never, options?: never): Promise<AsyncIterable<unknown>>;
}

/** What a graph takes as input: its state, a `Command`, or null to go on from a checkpoint. */
export type GraphInput<G extends StreamableGraph> = StreamParameters<G>[0];

/** The run configuration of a graph, without what has options of its own here. */
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
