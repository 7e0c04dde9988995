import type { ThreadStore } from '../cluster/thread-store.js';
import { StreamingError } from '../errors/streaming.error.js';
import type { ChannelOwner } from '../protocol/channel.js';
import { threadDataOf, type ThreadData } from './thread-data.js';
import type { ThreadLog } from './thread-log.js';

/** The parts that removing threads needs. */
export interface ThreadRemovalContext {
  readonly store: ThreadStore;
  readonly log: ThreadLog;
  /** Deletes the log of a run. */
  readonly forgetRun: (executionId: string) => Promise<void>;
}

/** A thread whose deletion has begun. */
export interface MarkedThread {
  readonly threadId: string;
  /** The life of the thread. */
  readonly epoch: string;
  /** The ids of all runs that the log of the thread knows. */
  readonly executionIds: readonly string[];
}

/**
 * How far the deletion of a thread is: `marked`, then `erased` when the agent has deleted its data. If another
 * instance has finished the deletion, it is `over`. If it has to begin again, it is `undone`.
 */
export type DeletionStage = 'marked' | 'erased' | 'over' | 'undone';

/** Removes threads that are deleted, and threads for which there is no room any more. */
export class ThreadRemoval {
  constructor(private readonly context: ThreadRemovalContext) {}

  /** Reads how far a deletion is. Several instances may delete the thread, and it may have begun again since. */
  async stageOf({ threadId, epoch }: MarkedThread): Promise<DeletionStage> {
    const info = await this.context.log.describe(threadId);
    if (!info) return 'over';
    const { isDeleted, isErased } = threadDataOf(info);
    if (info.epoch === epoch && isDeleted) return isErased ? 'erased' : 'marked';
    return info.epoch === epoch || isDeleted ? 'undone' : 'over';
  }

  /** The agent has deleted its data. */
  async markErased({ threadId, epoch }: MarkedThread): Promise<void> {
    await this.context.log.change(threadId, (data, info) => ({
      ...(info.epoch === epoch && data.isDeleted && { data: { ...data, isErased: true } }),
      result: undefined,
    }));
  }

  /** Removes a thread without active runs, and the logs of its runs. Its own log, which is marked, goes last. */
  async remove({
    threadId,
    executionIds,
  }: Pick<MarkedThread, 'threadId' | 'executionIds'>): Promise<void> {
    const { store, log, forgetRun } = this.context;
    await Promise.all(executionIds.map(forgetRun));
    await store.delete(threadId);
    await log.delete(threadId);
  }

  /** Lets runs begin again in a thread that could not be deleted, unless another instance has erased it. */
  async reopen({ threadId, epoch }: MarkedThread): Promise<void> {
    await this.context.log.change(threadId, ({ isDeleted: _failed, ...data }, info) => ({
      ...(info.epoch === epoch && !data.isErased && { data }),
      result: undefined,
    }));
  }

  /**
   * Removes a thread in which no agent has run, or that was deleted meanwhile.
   *
   * @param withLog - whether its log is removed too; a client may already follow the log
   */
  async removeUnused(threadId: string, withLog: boolean): Promise<void> {
    const { log, store } = this.context;
    const info = await log.describe(threadId);
    const { runs, isDeleted } = info ? threadDataOf(info) : { runs: [], isDeleted: undefined };
    const isUnused = runs.length === 0 && (info?.head ?? 0) === 0;
    if (isUnused || isDeleted) await store.delete(threadId);
    if (isUnused && withLog) await log.delete(threadId);
  }

  /**
   * Makes room for one more thread of an owner, if threads are kept in limited memory.
   *
   * @throws StreamingError `LIMIT_EXCEEDED` if every thread that could be removed has an active run
   */
  async makeRoom(owner: ChannelOwner): Promise<void> {
    for (;;) {
      const crowding = (await this.context.store.crowding?.(owner)) ?? [];
      if (crowding.length === 0) return;
      if (!(await this.#removeFirstIdle(crowding.map(({ threadId }) => threadId))))
        throw new StreamingError(
          'LIMIT_EXCEEDED',
          'The limit of threads is reached, and all of them are in use. Wait until a run ends.',
          { retryable: true },
        );
    }
  }

  async #removeFirstIdle(threadIds: readonly string[]): Promise<boolean> {
    for (const threadId of threadIds) {
      const recent = await this.#close(threadId);
      if (!recent) continue;
      await this.remove({ threadId, executionIds: recent });
      return true;
    }
    return false;
  }

  /** Prevents further runs in a thread. @returns its runs; undefined if one of them has not ended */
  async #close(threadId: string): Promise<readonly string[] | undefined> {
    const { log } = this.context;
    const info = await log.describe(threadId);
    if (!info) return [];
    if (!isIdle(threadDataOf(info))) return undefined;
    return log.change<readonly string[] | undefined>(threadId, (data) =>
      isIdle(data)
        ? { data: { ...data, isDeleted: true }, result: data.recent }
        : { result: undefined },
    );
  }
}

function isIdle({ runs, isDeleted }: ThreadData): boolean {
  return runs.length === 0 && !isDeleted;
}
