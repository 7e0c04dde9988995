import type { Principal } from '../access/principal.js';
import type { Emitter } from '../executions/emitter.js';
import type { InterruptResponse } from '../executions/execution-source.js';
import type { ThreadCheckpoint } from '../protocol/thread-messages.js';
import type { StandardSchema } from './standard-schema.js';
import type { StreamSource } from './stream-source.js';

/** What one run of an agent gets, and the functions that emit its updates. */
export interface AgentContext extends Emitter {
  readonly executionId: string;
  /** The conversation. */
  readonly threadId: string;
  /** Who started the run, as a verified credential says. */
  readonly principal: Principal;
  /** The checkpoint at which the run begins. Absent: at the newest of the thread. */
  readonly checkpointId?: string;
  /** Aborts when the run is cancelled. */
  readonly signal: AbortSignal;
  /** The answer with which the run goes on. Absent: the run begins with its input. */
  readonly resume?: InterruptResponse;
  /** The facts that the start gave. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** How to edit the state that an agent keeps of a thread. */
export interface StateEdit {
  readonly values: unknown;
  /** The node in whose name it is written. */
  readonly asNode?: string | undefined;
  /** Edit this checkpoint, as a fork. Absent: the newest. */
  readonly checkpointId?: string | undefined;
}

/** What an agent keeps of its threads. */
export interface AgentCheckpoints {
  /** A checkpoint of a thread, by default the newest; undefined when there is no such checkpoint. */
  get(threadId: string, checkpointId?: string): Promise<ThreadCheckpoint | undefined>;
  /** The checkpoints of a thread, newest first. */
  history(
    threadId: string,
    options: { readonly limit: number; readonly before?: string | undefined },
  ): Promise<readonly ThreadCheckpoint[]>;
  /** Writes into the state. @returns the id of the new checkpoint */
  update(threadId: string, edit: StateEdit): Promise<string | undefined>;
  /** Forgets everything of a thread. */
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
