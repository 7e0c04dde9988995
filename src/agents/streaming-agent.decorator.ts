import { SetMetadata } from '@nestjs/common';
import type { Agent } from '../sources/agent.js';

/** Options of `@StreamingAgent`: how the agent is run. */
export interface StreamingAgentOptions {
  /**
   * What a run does when it asks a question. With `wait` it waits for the answer. With `end` it ends, and the
   * answer starts the next run of the thread. `onInterrupt` of a start overrides this option.
   *
   * @default 'wait'
   */
  readonly onInterrupt?: 'wait' | 'end';
  /** Whether viewers get the input of runs, in `workflow:start` and in the thread's log. @default false */
  readonly publishInput?: boolean;
}

/** The arguments of the decorator of a class. */
export interface AgentDeclaration {
  /** The name that clients start the agent by. */
  readonly name: string;
  /** The options of the decorator. */
  readonly options: StreamingAgentOptions;
}

const METADATA_KEY = '@hive-academy/langgraph-streaming:agent';

/**
 * Makes a provider an agent that clients can start by its name, with `start_execution`. The class may be a
 * provider of any module and inject other providers. It must be a singleton.
 *
 * See `LangGraphAgent` for an example.
 *
 * If two agents have the same name, or if an agent is not a singleton, the boot fails with `INVALID_OPTIONS`.
 *
 * @param name - the name that clients start the agent by
 * @publicApi
 */
export function StreamingAgent(name: string, options: StreamingAgentOptions = {}) {
  return (target: new (...injected: never[]) => Agent): void => {
    SetMetadata(METADATA_KEY, { name, options })(target);
  };
}

/** Returns the arguments of the decorator of a class; undefined if the class itself is not decorated. */
export function agentDeclarationOf(type: unknown): AgentDeclaration | undefined {
  if (typeof type !== 'function') return undefined;
  return Reflect.getOwnMetadata(METADATA_KEY, type) as AgentDeclaration | undefined;
}
