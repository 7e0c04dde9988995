import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { StreamingError } from '../errors/streaming.error.js';
import type { Agent } from '../sources/agent.js';
import { agentDeclarationOf, type AgentDeclaration } from './streaming-agent.decorator.js';

/** An agent that clients can start: its name, its options and its provider. */
export interface RegisteredAgent extends AgentDeclaration {
  /** The provider with `@StreamingAgent`. */
  readonly agent: Agent;
}

/** Nest's object for a provider. */
type Provider =
  ReturnType<ModulesContainer['values']> extends Iterable<infer Module>
    ? Module extends { readonly providers: ReadonlyMap<unknown, infer Wrapper> }
      ? Wrapper
      : never
    : never;

/**
 * The agents of the application, by name. The registry finds them at boot, among the providers of all modules.
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

  /** Nest calls it at boot. @throws StreamingError `INVALID_OPTIONS`, with every fault */
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

  /** Returns an agent by its name. @throws StreamingError `AGENT_NOT_FOUND` */
  get(name: string): RegisteredAgent {
    const found = this.#agents.get(name);
    if (found) return found;
    throw agentNotFound();
  }

  /** @returns the fault of the provider; undefined if it has none */
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
    // The same instance may be provided under several tokens.
    if (other && other.agent !== agent)
      return `Two agents have the name "${name}": ${other.agent.constructor.name} and ${className}. Give them different names, and provide each class once.`;
    const registered = { ...declaration, agent };
    this.#agents.set(name, registered);
    for (const listener of this.#listeners) listener(registered);
    return undefined;
  }
}

/** The answer is the same for an agent that does not exist and for an agent that the client may not start. */
export const agentNotFound = (): StreamingError =>
  new StreamingError('AGENT_NOT_FOUND', 'There is no such agent, or you may not start it.');
