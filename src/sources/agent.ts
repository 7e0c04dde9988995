import type { Principal } from '../access/principal.js';
import type { Emitter } from '../executions/emitter.js';
import type { ThreadCheckpoint } from '../protocol/thread-messages.js';
import type { InterruptResponse } from '../protocol/interrupt-request.js';
import type { StandardSchema } from './standard-schema.js';
import type { StreamSource } from './stream-source.js';

/** The context of one run of an agent. It describes the run, and has the functions that emit its updates. */
export interface AgentContext extends Emitter {
  /** The id of the run, as an execution. */
  readonly executionId: string;
  /** The id of the thread that the run belongs to. */
  readonly threadId: string;
  /** The principal that started the run, from its verified credential. */
  readonly principal: Principal;
  /** The checkpoint at which the run begins. Without it, the run begins at the thread's newest checkpoint. */
  readonly checkpointId?: string;
  /** Aborts when the run is cancelled. */
  readonly signal: AbortSignal;
  /** The answer with which the run continues. Without it, the run begins with its input. */
  readonly resume?: InterruptResponse;
  /** The `metadata` of the start; empty if the start has none. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** One edit of the state that an agent keeps for a thread. */
export interface StateEdit {
  /** The values to write into the state. */
  readonly values: unknown;
  /** Write the values as if this node had returned them. */
  readonly asNode?: string | undefined;
  /** Edit the state at this checkpoint, as a fork. Without it, the newest checkpoint is edited. */
  readonly checkpointId?: string | undefined;
}

/** The checkpoints that an agent keeps for its threads. */
export interface AgentCheckpoints {
  /** Returns a checkpoint of a thread, by default the newest; undefined if there is no such checkpoint. */
  get(threadId: string, checkpointId?: string): Promise<ThreadCheckpoint | undefined>;
  /**
   * Returns at most `limit` checkpoints of a thread, newest first. With `before`, only checkpoints before
   * this one.
   */
  history(
    threadId: string,
    options: { readonly limit: number; readonly before?: string | undefined },
  ): Promise<readonly ThreadCheckpoint[]>;
  /** Writes values into the state. @returns the id of the new checkpoint */
  update(threadId: string, edit: StateEdit): Promise<string | undefined>;
  /** Deletes all checkpoints of a thread. It may be called again for a thread that it has deleted. */
  delete(threadId: string): Promise<void>;
}

/**
 * An agent that clients start by its name. Implement it in a provider with `@StreamingAgent(name)`. For a
 * graph, extend `LangGraphAgent` instead.
 *
 * @publicApi
 */
export interface Agent<Input = unknown> {
  /**
   * Checks and converts the input that clients send. Without it, any input within the limits of the option
   * `agents` is accepted.
   */
  readonly inputSchema?: StandardSchema<Input>;
  /**
   * The checkpoints that the agent keeps of its threads. Without them, threads cannot be forked, rolled back
   * or edited.
   */
  readonly checkpoints?: AgentCheckpoints | undefined;
  /** Returns the source of one run: anything that `streaming.run` accepts. */
  source(input: Input, context: AgentContext): StreamSource | Promise<StreamSource>;
}
