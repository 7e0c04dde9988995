import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { StreamingError } from '../errors/streaming.error.js';
import type { Agent } from '../sources/agent.js';
import { agentDeclarationOf, type AgentDeclaration } from './streaming-agent.decorator.js';

/** An agent that clients can start. */
export interface RegisteredAgent extends AgentDeclaration {
  readonly agent: Agent;
}

/** A provider, as Nest keeps it. */
type Provider =
  ReturnType<ModulesContainer['values']> extends Iterable<infer Module>
    ? Module extends { readonly providers: ReadonlyMap<unknown, infer Wrapper> }
      ? Wrapper
      : never
    : never;

/**
 * The agents of the application, by name. They are looked for once, among the providers of every module.
 *
 * @publicApi
 */
@Injectable()
export class AgentRegistry implements OnModuleInit {
  readonly #agents = new Map<string, RegisteredAgent>();

  readonly #listeners: ((agent: RegisteredAgent) => void)[] = [];

  constructor(private readonly modules: ModulesContainer) {}

  /** Calls `listener` with each agent that is found. @internal */
  onRegistered(listener: (agent: RegisteredAgent) => void): void {
    this.#listeners.push(listener);
  }

  /** @throws StreamingError `INVALID_OPTIONS`, with every fault */
  onModuleInit(): void {
    const faults = [...this.modules.values()]
      .flatMap(({ providers }) => [...providers.values()])
      .flatMap((provider) => this.#register(provider) ?? []);
    if (faults.length > 0) throw new StreamingError('INVALID_OPTIONS', faults.join(' '));
  }

  /** The names of all agents. */
  get names(): string[] {
    return [...this.#agents.keys()];
  }

  /** @throws StreamingError `AGENT_NOT_FOUND` */
  get(name: string): RegisteredAgent {
    const found = this.#agents.get(name);
    if (found) return found;
    throw agentNotFound();
  }

  /** @returns what is wrong with it */
  #register(provider: Provider): string | undefined {
    const { instance, metatype } = provider;
    const type =
      typeof instance === 'object' && instance !== null ? instance.constructor : metatype;
    const declaration = agentDeclarationOf(type) ?? agentDeclarationOf(metatype);
    if (!declaration) return undefined;
    const { name } = declaration;
    const className = (type as { name: string }).name;
    if (typeof name !== 'string' || name === '')
      return `${className} needs a name: @StreamingAgent('support').`;
    if (provider.isTransient || !provider.isDependencyTreeStatic())
      return `The agent "${name}" (${className}) is not a singleton. Remove its scope, and the scopes of the providers that it injects. A run gets its principal in the context.`;
    const agent = instance as Agent;
    const other = this.#agents.get(name);
    // One instance can be provided under several tokens.
    if (other && other.agent !== agent)
      return `Two agents have the name "${name}": ${other.agent.constructor.name} and ${className}. Give them different names, and provide each class once.`;
    const registered = { ...declaration, agent };
    this.#agents.set(name, registered);
    for (const listener of this.#listeners) listener(registered);
    return undefined;
  }
}

/** An agent that does not exist and one that is not open to you answer the same. */
export const agentNotFound = (): StreamingError =>
  new StreamingError('AGENT_NOT_FOUND', 'There is no such agent, or you may not start it.');
