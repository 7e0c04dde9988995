import { SetMetadata } from '@nestjs/common';
import type { Agent } from '../sources/agent.js';

/** How an agent is run. */
export interface StreamingAgentOptions {
  /**
   * Whether a run that asks something waits for the answer, or ends so that the answer starts the next
   * run. A start can say otherwise.
   *
   * @default 'wait'
   */
  readonly onInterrupt?: 'wait' | 'end';
  /** Whether viewers get the input of runs, on `workflow:start` and in the thread's log. @default false */
  readonly publishInput?: boolean;
}

/** What the decorator says of a class. */
export interface AgentDeclaration {
  readonly name: string;
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
 * @publicApi
 */
export function StreamingAgent(name: string, options: StreamingAgentOptions = {}) {
  return (target: new (...injected: never[]) => Agent): void => {
    SetMetadata(METADATA_KEY, { name, options })(target);
  };
}

/** What the decorator says of a class; undefined for a class that has none of its own. */
export function agentDeclarationOf(type: unknown): AgentDeclaration | undefined {
  if (typeof type !== 'function') return undefined;
  return Reflect.getOwnMetadata(METADATA_KEY, type) as AgentDeclaration | undefined;
}
