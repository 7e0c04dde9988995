import { Inject, Injectable, Logger, Optional, type OnModuleInit } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { ExecutionRegistry } from '../executions/execution-registry.js';
import type { ResolvedStreamingOptions } from '../options/resolved-options.js';
import { RESOLVED_STREAMING_OPTIONS } from '../options/tokens.js';
import { ACKNOWLEDGMENT_REQUESTER, type AcknowledgmentRequester } from './acknowledgment.js';
import { ExecutionLeases } from './execution-leases.js';
import { settingsOf, type CallSettings, type MethodPlan } from './method-plan.js';

/** The runtime of each application. */
const runtimes = new WeakMap<ExecutionRegistry, DecoratorRuntime>();

/** The services of an application that its decorated methods use. */
@Injectable()
export class DecoratorRuntime {
  readonly logger = new Logger('StreamDecorators');
  readonly leases: ExecutionLeases;
  readonly #settings = new WeakMap<MethodPlan, { readonly settings: CallSettings | undefined }>();

  constructor(
    readonly executions: ExecutionRegistry,
    @Inject(RESOLVED_STREAMING_OPTIONS) private readonly options: ResolvedStreamingOptions,
    @Inject(ACKNOWLEDGMENT_REQUESTER) readonly acknowledgments: AcknowledgmentRequester,
  ) {
    this.leases = new ExecutionLeases(executions);
    runtimes.set(executions, this);
  }

  /** The runtime of the application that runs an execution. */
  static of(executions: ExecutionRegistry): DecoratorRuntime | undefined {
    return runtimes.get(executions);
  }

  get acknowledgmentTimeoutMs(): number {
    return this.options.decorators.acknowledgmentTimeoutMs;
  }

  /** The parts that calls of a method stream in this application; undefined if there are none. */
  settingsOf(plan: MethodPlan): CallSettings | undefined {
    let known = this.#settings.get(plan);
    if (!known) {
      known = { settings: settingsOf(plan, this.options.decorators) };
      this.#settings.set(plan, known);
    }
    return known.settings;
  }
}

/** The property that Nest injects. A setter receives it, so that instances get no extra property. */
const RUNTIME = Symbol('streaming runtime');

/** Which application an instance belongs to. */
const owners = new WeakMap<object, DecoratorRuntime>();

/**
 * Lets Nest inject the runtime of the application into every instance of a class, in any scope. If several
 * applications of the process provide the class, each instance gets the runtime of its application.
 */
export function injectRuntime(prototype: object): void {
  if (RUNTIME in prototype) return;
  Object.defineProperty(prototype, RUNTIME, {
    set(this: object, runtime: DecoratorRuntime) {
      owners.set(this, runtime);
    },
  });
  Inject(DecoratorRuntime)(prototype, RUNTIME);
  Optional()(prototype, RUNTIME);
}

/** Hands the runtime to an instance that Nest was given. */
function adoptInstance(instance: unknown, runtime: DecoratorRuntime): void {
  if (typeof instance !== 'object' || instance === null || !(RUNTIME in instance)) return;
  if (!owners.has(instance)) owners.set(instance, runtime);
}

/** The runtime of the application that an instance belongs to, if any. */
export function runtimeOf(instance: unknown): DecoratorRuntime | undefined {
  return typeof instance === 'object' && instance !== null ? owners.get(instance) : undefined;
}

/** Finds the instances that Nest did not make itself, from `useFactory` and `useValue`. */
@Injectable()
export class InstanceExplorer implements OnModuleInit {
  constructor(
    private readonly modules: ModulesContainer,
    private readonly runtime: DecoratorRuntime,
  ) {}

  onModuleInit(): void {
    for (const { providers } of this.modules.values()) {
      for (const { instance } of providers.values()) adoptInstance(instance, this.runtime);
    }
  }
}
