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
 * An agent that is a LangGraph graph. Clients start it by its name, continue its threads, fork them and
 * answer its questions. Put `@StreamingAgent('support')` on the class:
 *
 * ```ts
 * export class SupportAgent extends LangGraphAgent<typeof graph> {
 *   readonly graph = graph;
 * }
 * ```
 *
 * The thread of LangGraph has the id of the thread. History, forks, edits and rollbacks need a graph that
 * was compiled with a checkpointer; without one they are refused with `UNSUPPORTED_BY_AGENT`.
 *
 * @publicApi
 */
export abstract class LangGraphAgent<G extends StreamableGraph = StreamableGraph> implements Agent {
  /** The compiled graph. */
  abstract readonly graph: G;
  /** Checks and converts what clients send. Absent: they may send anything within the bounds. */
  readonly inputSchema?: StandardSchema;
  /** How runs are streamed. @default { streamMode: 'chat' } */
  readonly streaming?: Omit<LangGraphOptions<G>, 'config'>;
  /** The channel of the state that holds the conversation. @default 'messages' */
  readonly messagesKey?: string;

  /** The run configuration. `thread_id` and `checkpoint_id` are those of the run, whatever it says. */
  config(_context: AgentContext): GraphConfig<G> | undefined {
    return undefined;
  }

  /** What the checkpointer of the graph keeps; undefined without a checkpointer. */
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
    // Every kind of graph types its input and configuration in its own way.
    return langGraph(this.graph, graphInput as GraphInput<G>, {
      streamMode: 'chat',
      ...this.streaming,
      config: config as unknown as GraphConfig<G>,
    });
  }
}
