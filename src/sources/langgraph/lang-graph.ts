import { setMaxListeners } from 'node:events';
import { StreamingError } from '../../errors/streaming.error.js';
import { runInGraph } from '../../executions/ambient-execution.js';
import type { InterruptResponse } from '../../protocol/interrupt-request.js';
import type {
  ExecutionContext,
  ExecutionSource,
  SourceOutcome,
} from '../../executions/execution-source.js';
import { isRecord, recordOf } from '../../common/is-record.js';
import { pull } from '../iterable-source.js';
import { untilAborted } from '../until-aborted.js';
import { continuationOf, isTimeTravel } from './continuation.js';
import { GraphRun } from './graph-run.js';
import type { LangGraphOptions } from './lang-graph-options.js';
import { resumeCommand } from './resume-command.js';
import { runCallbacks } from './run-callbacks.js';
import { StreamSelection } from './stream-selection.js';
import { enterThread } from './thread-watch.js';
import type { GraphChunk, GraphInput, StreamableGraph } from './streamable-graph.js';

/**
 * Makes an execution source of a LangGraph graph. The graph runs when the execution starts. Each run, and each
 * answer to a question, calls `graph.stream` exactly once.
 *
 * ```ts
 * streaming.run(langGraph(graph, { messages: [new HumanMessage('Hi')] }));
 * ```
 *
 * The result of the execution is the final state as plain data. An `interrupt()` of the graph
 * interrupts the execution, and the answer resumes the graph from its checkpoint.
 *
 * @param graph - the compiled graph. If it uses `interrupt()`, it needs a checkpointer.
 * @param input - the input of `graph.stream`: a state, or a `Command`
 * @throws StreamingError `UNSUPPORTED_SOURCE` if `graph` cannot be streamed
 * @publicApi
 */
export function langGraph<G extends StreamableGraph>(
  graph: G,
  input: GraphInput<G>,
  options: LangGraphOptions<NoInfer<G>> = {},
): ExecutionSource {
  if (!isRecord(graph) || typeof graph['stream'] !== 'function') {
    throw new StreamingError(
      'UNSUPPORTED_SOURCE',
      'The graph cannot be streamed: pass a compiled graph, such as the result of `builder.compile()`.',
    );
  }
  return {
    run: (context) => streamGraph(graph, options, { context, input }),
    resume: async (context, response) => {
      requireCheckpointer(graph);
      return streamGraph(graph, options, { context, response });
    },
  };
}

/** One call of the graph. A run from the start has an input, and a run that continues has an answer. */
interface GraphCall {
  readonly context: ExecutionContext;
  readonly input?: unknown;
  readonly response?: InterruptResponse;
}

async function streamGraph<G extends StreamableGraph>(
  graph: G,
  options: LangGraphOptions<G>,
  { context, input, response }: GraphCall,
): Promise<SourceOutcome> {
  const selection = new StreamSelection(options);
  const continuation = continuationOf(context);
  const run = new GraphRun(context, { selection, continuation, resumed: response !== undefined });
  const given: Readonly<Record<string, unknown>> = options.config ?? {};
  const configurable = recordOf(given['configurable']);
  // If the run fails outside of the graph, the graph must stop too.
  const failure = new AbortController();
  const settings = {
    writer: run.writer,
    ...given,
    configurable: {
      thread_id: context.executionId,
      ...(response ? continuation.goOn(configurable) : configurable),
    },
    callbacks: runCallbacks(given['callbacks'], context, run),
    signal: anySignal(context.signal, failure.signal, given['signal']),
    streamMode: selection.graphModes(isTimeTravel(configurable)),
    // LangGraph streams tokens of subgraphs only with this option. Unwanted updates are left out later.
    subgraphs: true,
  };
  // Each parallel branch adds a listener, and there may be many branches.
  setMaxListeners(0, context.signal, settings.signal);
  const leaveThread = isTimeTravel(configurable)
    ? () => undefined
    : enterThread(graph, settings.configurable.thread_id, context.executionId);
  const graphInput = response
    ? resumeCommand(response, (id) => continuation.questions.answer(id))
    : input;
  try {
    // Nodes run while chunks are read. Decorated methods in them must not stream again what the graph
    // streams.
    await runInGraph(selection, async () => {
      const stream = await untilAborted(openStream(graph, graphInput, settings), context.signal);
      // Chunks are read without waiting for the log. A waiting stream would hold chunks uncounted, and would
      // drop them all when a node throws. Instead the graph itself waits for the log, in `HoldBack`.
      const asItComes = { signal: context.signal, ready: async () => run.pending };
      await pull(stream, asItComes, (chunk) => run.accept(chunk));
    });
  } catch (error) {
    if (!context.signal.aborted) await run.fail().catch(() => undefined);
    failure.abort(error);
    throw explain(error);
  } finally {
    leaveThread();
  }
  return run.outcome(outputChannels(graph));
}

/** Each kind of graph has other types for input and options. Here both are plain values. */
function openStream(
  graph: StreamableGraph,
  input: unknown,
  options: Readonly<Record<string, unknown>>,
): Promise<AsyncIterable<GraphChunk>> {
  return graph.stream(input as never, options as never) as Promise<AsyncIterable<GraphChunk>>;
}

function anySignal(...signals: readonly unknown[]): AbortSignal {
  return AbortSignal.any(signals.filter((signal) => signal instanceof AbortSignal));
}

/** The channels of the state that the graph returns. A state may have private channels too. */
function outputChannels(graph: StreamableGraph): readonly string[] | undefined {
  const channels = 'outputChannels' in graph ? graph.outputChannels : undefined;
  return Array.isArray(channels) ? channels : undefined;
}

function requireCheckpointer(graph: StreamableGraph): void {
  if ('checkpointer' in graph && !graph.checkpointer) throw missingCheckpointer();
}

function explain(error: unknown): unknown {
  const missing = isRecord(error) && error['lc_error_code'] === 'MISSING_CHECKPOINTER';
  return missing ? missingCheckpointer(error) : error;
}

function missingCheckpointer(cause?: unknown): StreamingError {
  return new StreamingError(
    'UNSUPPORTED_SOURCE',
    'The graph interrupts but has no checkpointer to resume from: compile it with ' +
      '`builder.compile({ checkpointer })`, for example a `MemorySaver`.',
    { cause },
  );
}
