import type { Cluster } from '../cluster/cluster.js';
import { StreamingError } from '../errors/streaming.error.js';
import type { ChannelInfo, StreamLog } from '../log/stream-log.js';
import { executionChannel } from '../protocol/channel.js';
import type { InterruptResponse } from '../protocol/interrupt-request.js';
import { driveExecution } from './drive-execution.js';
import type { ExecutionRegistry } from './execution-registry.js';
import { answeredBy, answeredInterrupts, notInterrupted } from './pending-interrupt.js';
import type { ResumableSources } from './resumable-sources.js';
import { waitsFor } from './waiting-executions.js';

/**
 * Continues interrupted executions that no instance runs, in this instance or in another instance that can
 * make their source again. If several answers come, the instance that claims the execution in the log
 * continues it.
 */
export class ParkedExecutions {
  constructor(
    private readonly executions: ExecutionRegistry,
    private readonly log: StreamLog,
    private readonly cluster: Cluster,
    private readonly sources: ResumableSources,
  ) {
    cluster.handle('resume', async ({ executionId, ...response }) => {
      const info = await this.log.describe(executionChannel(executionId));
      return info ? this.#resumeHere(info, response) : false;
    });
  }

  /**
   * Continues an execution.
   *
   * @throws StreamingError `EXECUTION_NOT_INTERRUPTED` if it does not wait for this answer,
   * `INSTANCE_UNREACHABLE` if no instance can continue it
   */
  async resume(info: ChannelInfo, response: InterruptResponse): Promise<void> {
    if (waitsFor(info) !== 'interrupted')
      throw info.interrupts?.length ? nobody() : notInterrupted();
    if (!answeredBy(response, info.interrupts ?? [])) throw notInterrupted();
    if (await this.#resumeHere(info, response)) return;
    const executionId = info.channel.id;
    const { values } = await this.cluster.askAll('resume', { executionId, ...response });
    if (values.includes(true)) return;
    const now = await this.log.describe(info.channel);
    throw now?.fence === info.fence ? nobody() : notInterrupted();
  }

  /** @returns false if this instance cannot continue it, or if another answer came first */
  async #resumeHere(info: ChannelInfo, response: InterruptResponse): Promise<boolean> {
    const { source, channel } = info;
    const make = source && this.sources.find(source.name);
    if (!make || waitsFor(info) !== 'interrupted' || this.executions.isRefusing) return false;
    const made = await make(source.input, channel.id);
    if (!made.resume) return false;
    const goOn = made.resume.bind(made);
    const here = this.executions.getActive(channel.id);
    if (here) {
      // Another answer came first, in this instance.
      await here.opened.catch(() => undefined);
      return false;
    }
    const execution = this.executions.takeOver(
      info,
      answeredInterrupts(response, info.interrupts ?? []),
    );
    try {
      await execution.opened;
    } catch (error) {
      if (StreamingError.isInstance(error) && error.code === 'EXECUTION_TAKEN_OVER') return false;
      throw error;
    }
    driveExecution(this.executions, execution, made, (context) => goOn(context, response));
    return true;
  }
}

function nobody(): StreamingError {
  return new StreamingError(
    'INSTANCE_UNREACHABLE',
    'The instance that ran the execution is gone, and no running instance can continue the execution. Try again later, or start it again.',
  );
}
