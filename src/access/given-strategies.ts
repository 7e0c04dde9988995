import type { Type } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import type { AuthenticationStrategy } from './authentication-strategy.js';
import { shareStores } from './strategies/share-stores.js';
import type { SharedStores } from './strategies/shared-stores.js';

type StrategyClass = Type<AuthenticationStrategy>;

/** The strategies of all gateways, as objects or as classes, with the stores that they share. */
export class GivenStrategies {
  readonly #classes = new Set<StrategyClass>();
  readonly #resolved = new Map<StrategyClass, Promise<AuthenticationStrategy>>();
  #stores: SharedStores | undefined;

  constructor(private readonly moduleRef: ModuleRef) {}

  /** Sets the stores that all instances share. Called before {@link add}. */
  share(stores: SharedStores): void {
    this.#stores = stores;
  }

  /** @throws StreamingError `INVALID_OPTIONS` if a strategy has a store of its own although there are shared ones */
  add(strategies: readonly (AuthenticationStrategy | StrategyClass)[]): void {
    for (const strategy of strategies) {
      if (typeof strategy === 'function') this.#classes.add(strategy);
      else this.#prepare(strategy);
    }
  }

  /**
   * Prepares the providers of classes. Called when all providers exist, and before anybody asks for a ticket.
   *
   * @throws StreamingError `INVALID_OPTIONS` as {@link add}
   */
  prepareClasses(): void {
    for (const type of this.#classes) this.#prepare(this.#provided(type));
  }

  /** Uses the application's provider if there is one. Otherwise makes an object of it and injects the dependencies. */
  resolve(
    given: AuthenticationStrategy | StrategyClass,
  ): AuthenticationStrategy | Promise<AuthenticationStrategy> {
    if (typeof given !== 'function') return given;
    const known = this.#resolved.get(given);
    if (known !== undefined) return known;
    const strategy = this.#instantiate(given);
    this.#resolved.set(given, strategy);
    strategy.catch(() => this.#resolved.delete(given));
    return strategy;
  }

  async #instantiate(type: StrategyClass): Promise<AuthenticationStrategy> {
    const strategy = this.#provided(type) ?? (await this.moduleRef.create(type));
    this.#prepare(strategy);
    return strategy;
  }

  #provided(type: StrategyClass): AuthenticationStrategy | undefined {
    try {
      return this.moduleRef.get(type, { strict: false });
    } catch {
      return undefined;
    }
  }

  #prepare(strategy: AuthenticationStrategy | undefined): void {
    if (this.#stores) shareStores(strategy, this.#stores);
  }
}
