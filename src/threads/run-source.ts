import { StreamingError } from '../errors/streaming.error.js';
import type {
  ExecutionContext,
  ExecutionSource,
  InterruptResponse,
  SourceOutcome,
} from '../executions/execution-source.js';
import type { InterruptRequest } from '../protocol/stream-update.js';
import type { AgentContext } from '../sources/agent.js';
import { toExecutionSource } from '../sources/to-execution-source.js';
import type { RunRequest } from './run-request.js';

/** What the thread of a run learns of it while it runs. */
export interface RunEvents {
  interrupted(interrupts: readonly InterruptRequest[]): Promise<void>;
  answered(response: InterruptResponse, interrupts: readonly InterruptRequest[]): Promise<void>;
}

/** The work of one run of an agent, whose thread is told of its questions and their answers. */
export class RunSource implements ExecutionSource {
  /** The questions with which the run ended, or for whose answers it waits. */
  open: readonly InterruptRequest[] = [];
  #source: ExecutionSource | undefined;

  /** @param checkpointId - where the run begins */
  constructor(
    private readonly request: RunRequest,
    private readonly checkpointId: string | undefined,
    private readonly events: RunEvents,
  ) {}

  async run(context: ExecutionContext): Promise<SourceOutcome> {
    const { agent, input } = this.request;
    this.#source = toExecutionSource(await agent.agent.source(input, this.#contextOf(context)));
    return this.#tell(await this.#source.run(context));
  }

  async resume(context: ExecutionContext, response: InterruptResponse): Promise<SourceOutcome> {
    if (!this.#source?.resume)
      throw new StreamingError(
        'UNSUPPORTED_SOURCE',
        `The agent "${this.request.agent.name}" was interrupted but its source cannot be resumed.`,
      );
    await this.events.answered(response, this.open);
    this.open = [];
    return this.#tell(await this.#source.resume(context, response));
  }

  async #tell(outcome: SourceOutcome): Promise<SourceOutcome> {
    if (outcome.state !== 'interrupted') return outcome;
    const { interrupts } = outcome;
    this.open = interrupts;
    if (this.request.onInterrupt === 'end') return { state: 'completed', interrupts };
    await this.events.interrupted(interrupts);
    return outcome;
  }

  #contextOf({ executionId, signal }: ExecutionContext): AgentContext {
    const { threadId, principal, metadata, resume } = this.request;
    const { checkpointId } = this;
    return {
      executionId,
      threadId,
      principal,
      signal,
      metadata,
      ...(checkpointId !== undefined && { checkpointId }),
      ...(resume && { resume: resume.response }),
    };
  }
}
