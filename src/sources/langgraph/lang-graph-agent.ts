import type { Agent, AgentCheckpoints, AgentContext } from '../agent.js';
import { recordOf } from '../../common/is-record.js';
import type { ExecutionSource } from '../../executions/execution-source.js';
import type { StandardSchema } from '../standard-schema.js';
import { GraphCheckpoints, isCheckpointed } from './graph-checkpoints.js';
import { langGraph } from './lang-graph.js';
import type { LangGraphOptions } from './lang-graph-options.js';
import { graphIdOf } from './questions.js';
import { resumeCommand } from './resume-command.js';
import type { GraphConfig, GraphInput, StreamableGraph } from './streamable-graph.js';

/**
 * An agent that runs a LangGraph graph. Clients start it by its name, continue and fork its threads, and answer
 * its questions. Put `@StreamingAgent('support')` on the class:
 *
 * ```ts
 * export class SupportAgent extends LangGraphAgent<typeof graph> {
 *   readonly graph = graph;
 * }
 * ```
 *
 * The id of the thread is the `thread_id` of LangGraph. History, forks, edits and rollbacks need a checkpointer:
 * compile the graph with it. Without a checkpointer they are refused with `UNSUPPORTED_BY_AGENT`.
 *
 * @publicApi
 */
export abstract class LangGraphAgent<G extends StreamableGraph = StreamableGraph> implements Agent {
  /** The compiled graph. */
  abstract readonly graph: G;
  /** Checks and converts the input that clients send. Without it, any input within the limits is accepted. */
  readonly inputSchema?: StandardSchema;
  /** How runs are streamed: the options of `langGraph`. @default { streamMode: 'chat' } */
  readonly streaming?: Omit<LangGraphOptions<G>, 'config'>;
  /** The key of the state that has the messages of the conversation. @default 'messages' */
  readonly messagesKey?: string;

  /**
   * Returns the run configuration for a run. Override it to set `configurable`, for example. The library always
   * sets `thread_id` and `checkpoint_id` itself.
   */
  config(_context: AgentContext): GraphConfig<G> | undefined {
    return undefined;
  }

  /** The checkpoints of the graph's checkpointer; undefined without a checkpointer. */
  get checkpoints(): AgentCheckpoints | undefined {
    const { graph, messagesKey = 'messages' } = this;
    return isCheckpointed(graph) ? new GraphCheckpoints(graph, messagesKey) : undefined;
  }

  source(input: unknown, context: AgentContext): ExecutionSource {
    const { threadId: thread_id, checkpointId: checkpoint_id, metadata, resume } = context;
    const given = recordOf(this.config(context));
    const config = {
      ...given,
      metadata: { ...metadata, ...recordOf(given['metadata']) },
      configurable: {
        ...recordOf(given['configurable']),
        thread_id,
        ...(checkpoint_id !== undefined && { checkpoint_id }),
      },
    };
    const graphInput = resume ? resumeCommand(resume, graphIdOf) : (input ?? null);
    // Each kind of graph has other types for input and configuration.
    return langGraph(this.graph, graphInput as GraphInput<G>, {
      streamMode: 'chat',
      ...this.streaming,
      config: config as unknown as GraphConfig<G>,
    });
  }
}
