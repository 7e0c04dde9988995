import { StreamingError } from '../errors/streaming.error.js';
import { verbsOf } from '../executions/emitter.js';
import type {
  ExecutionContext,
  ExecutionSource,
  SourceOutcome,
} from '../executions/execution-source.js';
import type { InterruptRequest } from '../protocol/stream-update.js';
import type { InterruptResponse } from '../protocol/interrupt-request.js';
import type { AgentContext } from '../sources/agent.js';
import { toExecutionSource } from '../sources/to-execution-source.js';
import type { RunRequest } from './run-request.js';

/** The functions that report a run to its thread. */
export interface RunEvents {
  interrupted(interrupts: readonly InterruptRequest[]): Promise<void>;
  answered(response: InterruptResponse): Promise<void>;
}

/** The source of one run of an agent. It reports questions and answers to the thread. */
export class RunSource implements ExecutionSource {
  /** The questions with which the run ended, or for whose answers it waits. */
  open: readonly InterruptRequest[] = [];
  #source: ExecutionSource | undefined;
  /** Resolves when the questions are in the log of the thread. */
  #told: Promise<void> = Promise.resolve();

  /** @param checkpointId - where the run begins */
  constructor(
    private readonly request: RunRequest,
    private readonly checkpointId: string | undefined,
    private readonly events: RunEvents,
  ) {}

  async run(context: ExecutionContext): Promise<SourceOutcome> {
    return this.#run(context, this.request.resume?.response);
  }

  async resume(context: ExecutionContext, response: InterruptResponse): Promise<SourceOutcome> {
    await this.#told;
    await this.events.answered(response);
    this.open = [];
    // The run began in another instance.
    if (!this.#source) return this.#run(context, response);
    if (!this.#source.resume)
      throw new StreamingError(
        'UNSUPPORTED_SOURCE',
        `The agent "${this.request.agent.name}" was interrupted, but its source has no \`resume\`. Return a source with \`resume\`, such as langGraph(…).`,
      );
    return this.#tell(await this.#source.resume(context, response));
  }

  async #run(
    context: ExecutionContext,
    response: InterruptResponse | undefined,
  ): Promise<SourceOutcome> {
    const { agent, input } = this.request;
    const source = await agent.agent.source(input, this.#contextOf(context, response));
    this.#source = toExecutionSource(source);
    return this.#tell(await this.#source.run(context));
  }

  #tell(outcome: SourceOutcome): SourceOutcome {
    if (outcome.state !== 'interrupted') return outcome;
    const { interrupts } = outcome;
    this.open = interrupts;
    if (this.request.onInterrupt === 'end') return { state: 'completed', interrupts };
    this.#told = this.#tellThread(interrupts);
    return outcome;
  }

  /** When the thread tells the questions, the execution must already accept their answers. */
  async #tellThread(interrupts: readonly InterruptRequest[]): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    await this.events.interrupted(interrupts).catch(() => undefined);
  }

  #contextOf(context: ExecutionContext, resume: InterruptResponse | undefined): AgentContext {
    const { executionId, signal } = context;
    const { threadId, principal, metadata } = this.request;
    const { checkpointId } = this;
    return {
      executionId,
      threadId,
      principal,
      signal,
      metadata,
      ...(checkpointId !== undefined && { checkpointId }),
      ...(resume && { resume }),
      ...verbsOf(context),
    };
  }
}
