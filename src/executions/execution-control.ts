import type { Cluster } from '../cluster/cluster.js';
import { StreamingError } from '../errors/streaming.error.js';
import { soon } from '../log/soon.js';
import type { ChannelInfo, StreamLog } from '../log/stream-log.js';
import { executionChannel } from '../protocol/channel.js';
import type { ExecutionStatus } from '../protocol/client-events.js';
import type { InterruptResponse } from '../protocol/interrupt-request.js';
import { cancelled, endAbandoned } from './abandoned.js';
import type { AbandonedEvents } from './abandoned-events.js';
import type { ExecutionRegistry } from './execution-registry.js';
import type { Execution } from './execution.js';
import { takenOver } from './lost-executions.js';
import type { ParkedExecutions } from './parked-executions.js';

/**
 * Cancels, answers and describes executions on any instance. The log knows which instance runs an execution,
 * and this instance gets the request. If the log does not answer soon, the caller is told so.
 */
export class ExecutionControl {
  constructor(
    private readonly executions: ExecutionRegistry,
    private readonly log: StreamLog,
    private readonly cluster: Cluster,
    private readonly parked: ParkedExecutions,
    private readonly events?: AbandonedEvents,
  ) {
    cluster.handle('cancel', async ({ executionId, reason }) => {
      await this.cancel(executionId, reason);
      return null;
    });
    cluster.handle('respond', async ({ executionId, ...response }) => {
      await this.respond(executionId, response);
      return null;
    });
  }

  /**
   * Cancels an execution. If no living instance runs it, this instance tells the viewers.
   *
   * @throws StreamingError `EXECUTION_NOT_FOUND`, `EXECUTION_NOT_ACTIVE`, `INSTANCE_UNREACHABLE`, `LOG_UNAVAILABLE`
   */
  async cancel(executionId: string, reason?: string): Promise<void> {
    const local = await this.#local(executionId);
    // It stops at once, even if its last update must wait for the log.
    if (local) return soon(local.cancel(reason));
    const info = await this.#active(executionId);
    const producer = await this.#runsElsewhere(info);
    if (producer !== undefined) {
      await this.cluster.ask(producer, 'cancel', { executionId, reason });
      return;
    }
    const { log, cluster, events } = this;
    const context = { log, holds: cluster.holds, producer: cluster.instanceId, events };
    if (await soon(endAbandoned(context, info, cancelled(reason)))) return;
    // At the same moment, another instance has started or continued it.
    const now = await this.#active(executionId);
    const taker = await this.#runsElsewhere(now);
    if (taker === undefined) throw notActive();
    await this.cluster.ask(taker, 'cancel', { executionId, reason });
  }

  /**
   * Answers an interrupt. If no living instance runs the execution, an instance that can continue it does so.
   *
   * @throws StreamingError `EXECUTION_NOT_FOUND`, `EXECUTION_NOT_ACTIVE`, `EXECUTION_NOT_INTERRUPTED`,
   * `INSTANCE_UNREACHABLE`, `LOG_UNAVAILABLE`
   */
  async respond(executionId: string, response: InterruptResponse): Promise<void> {
    const local = await this.#local(executionId);
    if (local && (await this.#isOurs(local))) {
      local.respond(response);
      return;
    }
    const info = await this.#active(executionId);
    const producer = await this.#runsElsewhere(info);
    if (producer === undefined) await this.parked.resume(info, response);
    else await this.cluster.ask(producer, 'respond', { executionId, ...response });
  }

  /** The state of an execution; undefined if there is no such execution. @throws StreamingError `LOG_UNAVAILABLE` */
  async status(executionId: string): Promise<ExecutionStatus | undefined> {
    const local = await this.#local(executionId);
    if (local) return local.status;
    const info = await soon(this.log.describe(executionChannel(executionId)));
    if (!info) return undefined;
    const { state = 'running', openedAt: startedAt, endedAt, interrupts = [] } = info;
    return {
      executionId,
      state,
      startedAt,
      ...(endedAt === undefined ? {} : { endedAt }),
      ...(interrupts.length > 0 ? { interrupts } : {}),
    };
  }

  /** The execution, if it is running or interrupted in this instance. */
  async #local(executionId: string): Promise<Execution | undefined> {
    const known = this.executions.get(executionId);
    if (!known) return undefined;
    // Until the id is claimed, it may be the id of an execution of another instance.
    await soon(known.opened.catch(() => undefined));
    if (!known.ended) return known.hold.isGuest ? undefined : known;
    // Its last update may still be on its way to the log. Before that, the log says that it runs.
    await soon(known.finished());
    return undefined;
  }

  /** Whether no other instance took over an execution while this instance counted as dead. */
  async #isOurs(local: Execution): Promise<boolean> {
    const info = await soon(this.log.describe(local.channel));
    if (info?.fence === local.hold.fence) return true;
    local.leave('taken over', takenOver());
    return false;
  }

  async #active(executionId: string): Promise<ChannelInfo> {
    const info = await soon(this.log.describe(executionChannel(executionId)));
    if (!info) throw new StreamingError('EXECUTION_NOT_FOUND', 'There is no such execution.');
    if (info.endedAt !== undefined) throw notActive();
    return info;
  }

  /**
   * The other instance that runs an execution, if this instance is alive; undefined if no instance runs the
   * execution.
   */
  async #runsElsewhere(info: ChannelInfo): Promise<string | undefined> {
    const { producer, state } = info;
    if (producer === undefined || producer === this.cluster.instanceId || state === 'queued')
      return undefined;
    return (await soon(this.cluster.isAlive(producer))) ? producer : undefined;
  }
}

function notActive(): StreamingError {
  return new StreamingError('EXECUTION_NOT_ACTIVE', 'The execution has ended.');
}
