import type { Cluster } from '../cluster/cluster.js';
import { StreamingError } from '../errors/streaming.error.js';
import { draftUpdate } from '../log/log-entry.js';
import type { ChannelInfo, StreamLog } from '../log/stream-log.js';
import { executionChannel } from '../protocol/channel.js';
import type { ExecutionStatus } from '../protocol/client-events.js';
import { StreamEventType } from '../protocol/stream-event-type.js';
import type { ExecutionRegistry } from './execution-registry.js';
import type { InterruptResponse } from './execution-source.js';
import type { Execution } from './execution.js';

/**
 * Cancels, answers and describes executions, wherever they run: the log knows which instance runs an
 * execution, and that instance is asked.
 */
export class ExecutionControl {
  constructor(
    private readonly executions: ExecutionRegistry,
    private readonly log: StreamLog,
    private readonly cluster: Cluster,
  ) {
    cluster.handle('cancel', async ({ executionId, reason }) => {
      await this.#active(executionId).cancel(reason);
      return null;
    });
    cluster.handle('respond', ({ executionId, ...response }) => {
      this.#active(executionId).respond(response);
      return null;
    });
  }

  /**
   * Cancels an execution. If the instance that ran it is no longer alive, viewers are told here.
   *
   * @throws StreamingError `EXECUTION_NOT_FOUND`, `EXECUTION_NOT_ACTIVE`, `INSTANCE_UNREACHABLE`
   */
  async cancel(executionId: string, reason?: string): Promise<void> {
    const local = this.#local(executionId);
    if (local) return local.cancel(reason);
    const info = await this.#elsewhere(executionId);
    try {
      await this.cluster.ask(info.producer, 'cancel', { executionId, reason });
    } catch (error) {
      if (!isUnreachable(error) || (await this.cluster.isAlive(info.producer))) throw error;
      await this.#cancelAbandoned(info, reason);
    }
  }

  /**
   * Answers an interrupt.
   *
   * @throws StreamingError `EXECUTION_NOT_FOUND`, `EXECUTION_NOT_ACTIVE`, `EXECUTION_NOT_INTERRUPTED`,
   * `INSTANCE_UNREACHABLE`
   */
  async respond(executionId: string, response: InterruptResponse): Promise<void> {
    const local = this.#local(executionId);
    if (local) {
      local.respond(response);
      return;
    }
    const { producer } = await this.#elsewhere(executionId);
    await this.cluster.ask(producer, 'respond', { executionId, ...response });
  }

  /** The state of an execution; undefined when there is no such execution. */
  async status(executionId: string): Promise<ExecutionStatus | undefined> {
    const local = this.#local(executionId);
    if (local) return local.status;
    const info = await this.log.describe(executionChannel(executionId));
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
  #local(executionId: string): Execution | undefined {
    const execution = this.executions.get(executionId);
    return execution?.ended === false ? execution : undefined;
  }

  #active(executionId: string): Execution {
    const execution = this.#local(executionId);
    if (!execution) throw notActive();
    return execution;
  }

  async #elsewhere(executionId: string): Promise<ChannelInfo & { readonly producer: string }> {
    const info = await this.log.describe(executionChannel(executionId));
    if (!info) throw new StreamingError('EXECUTION_NOT_FOUND', 'There is no such execution.');
    const { producer, endedAt } = info;
    if (endedAt !== undefined || producer === this.cluster.instanceId) throw notActive();
    if (producer === undefined)
      throw new StreamingError('INSTANCE_UNREACHABLE', 'No instance runs the execution now.');
    return { ...info, producer };
  }

  async #cancelAbandoned(info: ChannelInfo, reason?: string): Promise<void> {
    const { channel } = info;
    const { instanceId: producer } = this.cluster;
    const claim = await this.log.claim(channel, info, { producer, interrupts: [] });
    if (!claim) throw notActive();
    const state = 'cancelled';
    const data = reason === undefined ? { state } : { state, reason };
    const draft = draftUpdate({ type: StreamEventType.WORKFLOW_CANCEL, data });
    await this.log.append(channel, [draft], { attributes: { state }, claim });
    await this.log.end(channel, claim);
  }
}

function isUnreachable(error: unknown): boolean {
  return StreamingError.isInstance(error) && error.code === 'INSTANCE_UNREACHABLE';
}

function notActive(): StreamingError {
  return new StreamingError('EXECUTION_NOT_ACTIVE', 'The execution has ended.');
}
