import type { ThreadStore } from '../cluster/thread-store.js';
import { StreamingError } from '../errors/streaming.error.js';
import type { ChannelOwner } from '../protocol/channel.js';
import { threadDataOf, type ThreadData } from './thread-data.js';
import type { ThreadLog } from './thread-log.js';

/** What threads are removed from. */
export interface ThreadRemovalContext {
  readonly store: ThreadStore;
  readonly log: ThreadLog;
  /** Forgets the log of a run. */
  readonly forgetRun: (executionId: string) => Promise<void>;
}

/** Removes threads: those that are deleted, and those for which there is no room any more. */
export class ThreadRemoval {
  constructor(private readonly context: ThreadRemovalContext) {}

  /** Forgets a thread in which nothing runs, and the logs of its runs. */
  async remove(threadId: string, executionIds: readonly string[]): Promise<void> {
    const { store, log, forgetRun } = this.context;
    await Promise.all(executionIds.map(forgetRun));
    await store.delete(threadId);
    await log.delete(threadId);
  }

  /**
   * Removes a thread in which nothing has happened, or that was deleted meanwhile.
   *
   * @param withLog - whether its log goes too; somebody may follow it already
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
   * Makes room for one more thread of an owner, where threads are kept in bounded memory.
   *
   * @throws StreamingError `LIMIT_EXCEEDED` when something runs in every thread that could go
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
      await this.remove(threadId, recent);
      return true;
    }
    return false;
  }

  /** Lets nothing begin in a thread any more. @returns its runs, unless one of them has not ended */
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
