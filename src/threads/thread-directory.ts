import type { AgentRegistry } from '../agents/agent-registry.js';
import type { ThreadRecord, ThreadStore } from '../cluster/thread-store.js';
import type { ChannelInfo } from '../log/stream-log.js';
import type { ChannelOwner } from '../protocol/channel.js';
import { threadDataOf } from './thread-data.js';
import { threadNotFound, type ThreadLog } from './thread-log.js';
import type { ThreadRemoval } from './thread-removal.js';

/** The parts that finding threads needs. */
export interface ThreadDirectoryContext {
  readonly agents: AgentRegistry;
  readonly log: ThreadLog;
  readonly store: ThreadStore;
  readonly removal: ThreadRemoval;
}

/**
 * Finds and makes threads. Each thread has a log. After an agent has run in it, or after it was named, it also has
 * a record in the store.
 */
export class ThreadDirectory {
  constructor(private readonly context: ThreadDirectoryContext) {}

  /** Describes the log of a thread; undefined if there is no such thread. */
  async find(threadId: string): Promise<ChannelInfo | undefined> {
    const info = await this.findDeletable(threadId);
    return info && threadDataOf(info).isDeleted ? undefined : info;
  }

  /** Like {@link find}, and also finds a thread whose deletion has begun. */
  async findDeletable(threadId: string): Promise<ChannelInfo | undefined> {
    const { log, store } = this.context;
    const info = await log.describe(threadId);
    if (info) return info;
    const record = await store.get(threadId);
    // A thread outlives its log.
    return record && log.open(threadId, record.owner);
  }

  /** @throws StreamingError `THREAD_NOT_FOUND` */
  async require(threadId: string): Promise<ChannelInfo> {
    const info = await this.find(threadId);
    if (!info) throw threadNotFound();
    return info;
  }

  /**
   * Describes the log of a thread. If the thread has no log yet, opens one.
   *
   * @throws StreamingError `THREAD_NOT_FOUND` if the thread has another owner, or is being deleted
   */
  async open(
    threadId: string,
    owner: ChannelOwner,
  ): Promise<ChannelInfo & { readonly created: boolean }> {
    const found = await this.find(threadId);
    const info = found
      ? { ...found, created: false }
      : await this.context.log.open(threadId, owner);
    const { isDeleted } = threadDataOf(info);
    if (isDeleted || !isSameOwner(info.owner, owner)) throw threadNotFound();
    return info;
  }

  /**
   * Runs work with a thread in which an agent will run. If the work fails, a thread that was made for it is
   * removed.
   *
   * @param work - called with whether the thread is new
   * @throws StreamingError `THREAD_NOT_FOUND`, `LIMIT_EXCEEDED`, and the errors of `work`
   */
  async within<T>(
    { threadId, owner, agent }: { threadId: string; owner: ChannelOwner; agent: string },
    work: (isNew: boolean) => Promise<T>,
  ): Promise<T> {
    const { store, removal } = this.context;
    const { created } = await this.open(threadId, owner);
    let isNew = false;
    try {
      const record = await store.get(threadId);
      isNew = !record;
      if (isNew) await this.keep({ threadId, owner, agent, createdAt: Date.now() });
      const result = await work(isNew);
      // Another request may have added the record without an agent, even since it was read.
      if (record?.agent === undefined) await store.update(threadId, { agent });
      return result;
    } catch (error) {
      if (isNew) await removal.removeUnused(threadId, created);
      throw error;
    }
  }

  /**
   * Adds the record of a thread.
   *
   * @throws StreamingError `LIMIT_EXCEEDED`
   */
  async keep(record: Omit<ThreadRecord, 'updatedAt'>): Promise<void> {
    const { store, removal } = this.context;
    await removal.makeRoom(record.owner);
    await store.create({ ...record, updatedAt: record.createdAt });
  }

  /** Deletes the log of a thread if no agent has run in the thread. */
  async forgetUnused(threadId: string): Promise<void> {
    const { store, removal } = this.context;
    if (!(await store.get(threadId))) await removal.removeUnused(threadId, true);
  }

  /**
   * @throws StreamingError `THREAD_NOT_FOUND` if only the agent has the conversation, because its owner is
   * unknown
   */
  async requireKnown(threadId: string, agent: string): Promise<void> {
    const { store, agents } = this.context;
    const info = await this.find(threadId);
    const isKnown = info && threadDataOf(info).agent !== undefined;
    if (isKnown || (await store.get(threadId))?.agent !== undefined) return;
    if (await agents.get(agent).agent.checkpoints?.get(threadId)) throw threadNotFound();
  }
}

function isSameOwner(one: ChannelOwner | undefined, other: ChannelOwner): boolean {
  return one?.principalId === other.principalId && one.tenant === other.tenant;
}
