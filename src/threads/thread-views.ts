import type { AgentRegistry, RegisteredAgent } from '../agents/agent-registry.js';
import { isList } from '../common/is-record.js';
import type {
  ThreadChanges,
  ThreadListPosition,
  ThreadRecord,
  ThreadStore,
} from '../cluster/thread-store.js';
import { StreamingError } from '../errors/streaming.error.js';
import type { ChannelInfo } from '../log/stream-log.js';
import type { ChannelOwner } from '../protocol/channel.js';
import type {
  GetThreadHistoryPayload,
  ListThreadsPayload,
  ThreadAnswer,
  ThreadCheckpoint,
  ThreadHistoryAnswer,
  ThreadInterrupt,
  ThreadListAnswer,
  ThreadSummary,
  UpdateThreadAnswer,
  UpdateThreadPayload,
} from '../protocol/thread-messages.js';
import type { ThreadUpdateData } from '../protocol/thread-updates.js';
import { requireCheckpoints } from './require-checkpoints.js';
import { publicRunsOf, threadDataOf, type RunRecord, type ThreadData } from './thread-data.js';
import type { ThreadDirectory } from './thread-directory.js';
import { isGone, threadNotFound, threadUpdate, type ThreadLog } from './thread-log.js';

/** The parts that showing threads needs. */
export interface ThreadViewsContext {
  readonly agents: AgentRegistry;
  readonly log: ThreadLog;
  readonly store: ThreadStore;
  readonly directory: ThreadDirectory;
}

const DEFAULT_PAGE_LENGTH = 20;

/** Reads threads and their states, and edits their title, metadata and state. */
export class ThreadViews {
  constructor(private readonly context: ThreadViewsContext) {}

  async get(info: ChannelInfo): Promise<ThreadAnswer> {
    const { channel, epoch, head } = info;
    const data = threadDataOf(info);
    const record = await this.context.store.get(channel.id);
    const checkpoint = await this.#checkpointOf(channel.id, data, record);
    const { messages = [], state, checkpointId } = checkpoint ?? {};
    return {
      ...this.#summaryOf(info, record),
      messages,
      ...(state !== undefined && { state }),
      ...(checkpointId !== undefined && { checkpointId }),
      interrupts: questionsOf(data),
      runs: publicRunsOf(data),
      cursor: { epoch, sequence: head },
    };
  }

  async history(
    info: ChannelInfo,
    { threadId, limit = DEFAULT_PAGE_LENGTH, before }: GetThreadHistoryPayload,
  ): Promise<ThreadHistoryAnswer> {
    const agent = await this.#agentOf(info);
    if (!agent) return { threadId, checkpoints: [] };
    const checkpoints = await requireCheckpoints(agent).history(threadId, { limit, before });
    return { threadId, checkpoints };
  }

  async list(
    owner: ChannelOwner,
    { limit = DEFAULT_PAGE_LENGTH, cursor }: ListThreadsPayload,
  ): Promise<ThreadListAnswer> {
    const after = cursor === undefined ? undefined : positionOf(cursor);
    const found = await this.context.store.list(owner, limit + 1, after);
    const page = found.slice(0, limit);
    const last = page.at(-1);
    const hasMore = found.length > limit && last !== undefined;
    const isHidden = await Promise.all(page.map(({ threadId }) => this.#isDeleted(threadId)));
    const threads = page.filter((_, index) => !isHidden[index]).map(summaryOf);
    return { threads, ...(hasMore && { cursor: cursorOf(last) }) };
  }

  async update(
    info: ChannelInfo,
    { threadId, title, metadata, state }: UpdateThreadPayload,
  ): Promise<UpdateThreadAnswer> {
    const { log, store } = this.context;
    const checkpointId = state && (await this.#edit(info, state));
    const changes = { ...(title !== undefined && { title }), ...(metadata && { metadata }) };
    const { record, isAdded } = await this.#changeRecord(info, {
      ...changes,
      updatedAt: Date.now(),
    });
    const told: ThreadUpdateData = {
      ...changes,
      ...(checkpointId !== undefined && { checkpointId }),
    };
    try {
      await log.change(threadId, ({ from: _replaced, ...data }) => {
        if (data.isDeleted) throw threadNotFound();
        return {
          // After an edit, the next run begins at the edit, not where a rollback ended.
          ...(checkpointId !== undefined && { data }),
          drafts: [threadUpdate('thread:update', told)],
          result: undefined,
        };
      });
    } catch (error) {
      // The thread was deleted meanwhile, perhaps before its record was added. A record that existed before is
      // removed by the deletion, unless the agent refuses it.
      if (isAdded && isGone(error)) await store.delete(threadId);
      throw error;
    }
    return { ...summaryOf(record), ...(checkpointId !== undefined && { checkpointId }) };
  }

  /** Changes the record of a thread. Before the first run of the thread, adds it. */
  async #changeRecord(
    { channel: { id }, owner, openedAt }: ChannelInfo,
    changes: ThreadChanges,
  ): Promise<{ readonly record: ThreadRecord; readonly isAdded: boolean }> {
    const { store, directory } = this.context;
    const known = await store.update(id, changes);
    if (known || !owner) return { record: orNotFound(known), isAdded: false };
    await directory.keep({ threadId: id, owner, createdAt: openedAt });
    return { record: orNotFound(await store.update(id, changes)), isAdded: true };
  }

  /** Writes into the state of a thread without active runs. */
  async #edit(
    info: ChannelInfo,
    edit: NonNullable<UpdateThreadPayload['state']>,
  ): Promise<string | undefined> {
    const { log } = this.context;
    const threadId = info.channel.id;
    const agent = await this.#agentOf(info);
    if (!agent)
      throw new StreamingError(
        'UNSUPPORTED_BY_AGENT',
        'No agent has run in this thread, so it has no state; start a run first.',
      );
    const checkpoints = requireCheckpoints(agent);
    return log.exclusive(threadId, async () => {
      const now = await log.describe(threadId);
      const { runs, from } = now ? threadDataOf(now) : { runs: [], from: undefined };
      if (runs.length > 0)
        throw new StreamingError(
          'THREAD_BUSY',
          'A run of the thread is active; edit the state when the run has ended.',
        );
      // After a rollback of the first run, the agent still keeps what that run wrote.
      if (from === null && edit.checkpointId === undefined) await checkpoints.delete(threadId);
      const checkpointId = edit.checkpointId ?? from ?? undefined;
      if (checkpointId !== undefined && !(await checkpoints.get(threadId, checkpointId)))
        throw new StreamingError('CHECKPOINT_NOT_FOUND', 'The thread has no such checkpoint.');
      return checkpoints.update(threadId, { ...edit, checkpointId });
    });
  }

  /**
   * The present checkpoint of a thread. It is the newest checkpoint. After a rollback or a fork, it is the
   * checkpoint where the run begins, until this run has written a new checkpoint.
   */
  async #checkpointOf(
    threadId: string,
    { agent, from, runs }: ThreadData,
    record: ThreadRecord | undefined,
  ): Promise<ThreadCheckpoint | undefined> {
    const name = agent ?? record?.agent;
    if (name === undefined) return undefined;
    const { checkpoints } = this.context.agents.get(name).agent;
    const active = runs.find(({ state }) => state !== 'queued');
    const start = from === undefined ? active?.from : from;
    const newest = await checkpoints?.get(threadId);
    if (start === undefined || hasAdded(active, newest)) return newest;
    return start === null ? undefined : checkpoints?.get(threadId, start);
  }

  /** Whether the deletion of a thread has begun. */
  async #isDeleted(threadId: string): Promise<boolean> {
    const info = await this.context.log.describe(threadId);
    return info !== undefined && threadDataOf(info).isDeleted === true;
  }

  async #agentOf(info: ChannelInfo): Promise<RegisteredAgent | undefined> {
    const { agents, store } = this.context;
    const name = threadDataOf(info).agent ?? (await store.get(info.channel.id))?.agent;
    return name === undefined ? undefined : agents.get(name);
  }

  #summaryOf({ channel, openedAt }: ChannelInfo, record: ThreadRecord | undefined): ThreadSummary {
    if (record) return summaryOf(record);
    return { threadId: channel.id, createdAt: openedAt, updatedAt: openedAt };
  }
}

function orNotFound(record: ThreadRecord | undefined): ThreadRecord {
  if (!record) throw threadNotFound();
  return record;
}

function summaryOf({ owner: _owner, ...summary }: ThreadRecord): ThreadSummary {
  return summary;
}

/** Whether a run has written checkpoints of its own. */
function hasAdded(run: RunRecord | undefined, newest: ThreadCheckpoint | undefined): boolean {
  return run?.newest !== undefined && run.newest !== (newest?.checkpointId ?? null);
}

/** The open questions: of active runs, and of the last run if it ended with open questions. */
function questionsOf({ runs, open }: ThreadData): ThreadInterrupt[] {
  const asking = open ? [...runs, open] : runs;
  return asking.flatMap(({ executionId, interrupts = [] }) =>
    interrupts.map((interrupt) => ({ ...interrupt, executionId })),
  );
}

function cursorOf({ updatedAt, threadId }: ThreadListPosition): string {
  return Buffer.from(JSON.stringify([updatedAt, threadId])).toString('base64url');
}

/** @throws StreamingError `INVALID_PAYLOAD` */
function positionOf(cursor: string): ThreadListPosition {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const [updatedAt, threadId] = isList(parts) ? parts : [];
    if (typeof updatedAt === 'number' && typeof threadId === 'string')
      return { updatedAt, threadId };
  } catch {
    // The text is not a cursor of this server.
  }
  throw new StreamingError('INVALID_PAYLOAD', 'The cursor does not come from a list of threads.', {
    issues: [{ path: 'cursor', message: 'is not one that a list had' }],
  });
}
