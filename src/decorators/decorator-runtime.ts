import { Inject, Injectable, Logger } from '@nestjs/common';
import { ExecutionRegistry } from '../executions/execution-registry.js';
import type { ResolvedStreamingOptions } from '../options/resolved-options.js';
import { RESOLVED_STREAMING_OPTIONS } from '../options/tokens.js';
import { ACKNOWLEDGMENT_REQUESTER, type AcknowledgmentRequester } from './acknowledgment.js';
import { settingsOf, type CallSettings } from './call-settings.js';
import { ExecutionLeases } from './execution-leases.js';
import type { MethodPlan } from './method-plan.js';

const runtimes = new WeakMap<ExecutionRegistry, DecoratorRuntime>();

/** What decorated methods need of the application that they belong to. */
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

  /** What a method's calls stream here; undefined when nothing. */
  settingsOf(plan: MethodPlan): CallSettings | undefined {
    let known = this.#settings.get(plan);
    if (!known) {
      known = { settings: settingsOf(plan, this.options.decorators) };
      this.#settings.set(plan, known);
    }
    return known.settings;
  }
}
