import { Logger } from '@nestjs/common';
import type { LeaseEvents } from '../cluster/streaming-backend.js';
import { describeError } from '../errors/describe-error.js';
import { StreamingError } from '../errors/streaming.error.js';
import { executionChannel } from '../protocol/channel.js';
import { endAbandoned, PRODUCER_LOST, type AbandonedContext } from './abandoned.js';
import type { ExecutionRegistry } from './execution-registry.js';
import type { Execution } from './execution.js';
import { waitsFor, type WaitingExecutions } from './waiting-executions.js';

/** How many executions of a dead instance are handled at the same time. */
const AT_A_TIME = 100;

/** Gives up an execution of another instance. */
type Release = (executionId: string, heldBy: string) => Promise<void>;

/**
 * Handles executions whose instance has died. Their viewers get the end, and executions that wait for an
 * answer are kept. All living instances try this at the same time, and the log lets one of them succeed.
 */
export class LostExecutions implements LeaseEvents {
  readonly #logger = new Logger('Executions');
  /** Dead instances whose executions are being handled. */
  readonly #busy = new Set<string>();

  constructor(
    private readonly context: AbandonedContext,
    private readonly registry: ExecutionRegistry,
    private readonly waiting: WaitingExecutions,
    private readonly release: Release,
  ) {}

  onDead(instanceId: string, held: readonly string[]): void {
    if (this.#busy.has(instanceId)) return;
    this.#busy.add(instanceId);
    const failed = (error: unknown): void =>
      this.#logger.warn(
        `Instance ${instanceId} is gone, and its executions could not be ended. This is tried again`,
        describeError(error),
      );
    void this.#inheritAll(instanceId, held)
      .catch(failed)
      .finally(() => this.#busy.delete(instanceId));
  }

  onRevived(): void {
    for (const execution of this.registry.active())
      this.#leaveIfLost(execution).catch(() => undefined);
  }

  async #inheritAll(instanceId: string, held: readonly string[]): Promise<void> {
    await each(held, (executionId) => this.#inherit(executionId, instanceId));
    await each(held, async (name) => {
      await this.context.events?.held(name);
      await this.release(name, instanceId);
    });
  }

  async #inherit(executionId: string, from: string): Promise<void> {
    const info = await this.context.log.describe(executionChannel(executionId));
    if (info?.producer === from && info.endedAt === undefined) {
      if (waitsFor(info)) await this.waiting.inherit(info);
      else await endAbandoned(this.context, info, PRODUCER_LOST);
    }
  }

  /** This instance counted as dead for a while. It continues only the executions that are still its own. */
  async #leaveIfLost(execution: Execution): Promise<void> {
    if (execution.hold.fence === undefined) return;
    const info = await this.context.log.describe(execution.channel);
    if (info?.fence === execution.hold.fence && info.endedAt === undefined) return;
    execution.leave('taken over', takenOver());
  }
}

/** Does the work for every name, even if it fails for some. @throws the first error */
async function each(
  names: readonly string[],
  work: (name: string) => Promise<void>,
): Promise<void> {
  const errors: unknown[] = [];
  const keep = (error: unknown): void => void errors.push(error);
  for (let from = 0; from < names.length; from += AT_A_TIME)
    await Promise.all(names.slice(from, from + AT_A_TIME).map((name) => work(name).catch(keep)));
  if (errors.length > 0) throw errors[0];
}

/** Another instance now decides about an execution of this instance. */
export function takenOver(): StreamingError {
  return new StreamingError(
    'EXECUTION_TAKEN_OVER',
    'This instance did not renew its lease in time, so another instance took over the execution; stop its work.',
  );
}
