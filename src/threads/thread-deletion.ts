import { Logger } from '@nestjs/common';
import type { AgentRegistry } from '../agents/agent-registry.js';
import type { HeldExecutions } from '../cluster/held-executions.js';
import type { ThreadStore } from '../cluster/thread-store.js';
import { describeError } from '../errors/describe-error.js';
import { StreamingError } from '../errors/streaming.error.js';
import type { AbandonedEvents } from '../executions/abandoned-events.js';
import { isUnavailable } from '../executions/until-available.js';
import type { AgentCheckpoints } from '../sources/agent.js';
import { heldName, heldThread } from './held-name.js';
import { threadDataOf } from './thread-data.js';
import type { ThreadDirectory } from './thread-directory.js';
import { isGone, threadNotFound, type ThreadLog } from './thread-log.js';
import type { MarkedThread, ThreadRemoval } from './thread-removal.js';
import type { ThreadRuns } from './thread-runs.js';

/** The parts that deleting threads needs. */
export interface ThreadDeletionContext {
  readonly agents: AgentRegistry;
  readonly log: ThreadLog;
  readonly store: ThreadStore;
  readonly runs: Pick<ThreadRuns, 'stopAll'>;
  readonly directory: ThreadDirectory;
  readonly removal: ThreadRemoval;
  /** Keeps the threads that this instance deletes, so that other instances know them if it dies. */
  readonly holds: HeldExecutions;
  readonly abandoned: AbandonedEvents;
}

/**
 * Deletes threads. This takes several steps, and the instance may die between any two of them. So the first step
 * marks the thread in its log, the last step removes the log, and each step can be repeated. From the first step on,
 * the thread is hidden. If the instance dies, another instance finishes the deletion; a repeated request does so too.
 */
export class ThreadDeletion {
  readonly #logger = new Logger('ThreadDeletion');
  /** The deletions in this instance. */
  readonly #running = new Map<string, Promise<boolean>>();

  constructor(private readonly context: ThreadDeletionContext) {
    context.abandoned.onHeld(async (name) => {
      const threadId = heldThread('deletion', name);
      if (threadId !== undefined) await this.#finish(threadId);
    });
  }

  /**
   * Deletes a thread, or finishes a deletion that another instance began.
   *
   * @throws StreamingError `THREAD_NOT_FOUND`, `AGENT_NOT_FOUND`, `LOG_UNAVAILABLE`, and what the agent throws
   */
  async delete(threadId: string): Promise<void> {
    // A deletion that only finishes may have found nothing to finish.
    if (!(await this.#once(threadId, false))) await this.delete(threadId);
  }

  /**
   * Finishes the deletion that a dead instance began, unless that instance died before its first step.
   *
   * @throws StreamingError `LOG_UNAVAILABLE`, and `AGENT_NOT_FOUND`, because another instance may have the agent
   */
  async #finish(threadId: string): Promise<void> {
    try {
      await this.#once(threadId, true);
    } catch (error) {
      if (isUnavailable(error) || isUnknownAgent(error)) throw error;
      if (!isGone(error))
        this.#logger.error(
          'A thread could not be deleted whose deletion a dead instance had begun',
          describeError(error),
        );
    }
  }

  #once(threadId: string, onlyIfBegun: boolean): Promise<boolean> {
    const known = this.#running.get(threadId);
    if (known) return known;
    const deletion = this.#delete(threadId, onlyIfBegun).finally(() =>
      this.#running.delete(threadId),
    );
    this.#running.set(threadId, deletion);
    return deletion;
  }

  /** @returns false if the thread is still there */
  async #delete(threadId: string, onlyIfBegun: boolean): Promise<boolean> {
    const { agents, store, directory, holds } = this.context;
    const info = await directory.findDeletable(threadId);
    if (!info) throw threadNotFound();
    const data = threadDataOf(info);
    if (onlyIfBegun && !data.isDeleted) return false;
    const name = data.agent ?? (await store.get(threadId))?.agent;
    // The agent is not needed any more when it has deleted its data.
    const isErased = name === undefined || data.isErased;
    const checkpoints = isErased ? undefined : agents.get(name).agent.checkpoints;
    const held = heldName('deletion', threadId);
    await holds.hold(held);
    try {
      const isDone = await this.#deleteHeld(threadId, onlyIfBegun, checkpoints);
      holds.release(held);
      return isDone;
    } catch (error) {
      // Otherwise it stays held: when this instance ends, another instance finishes the deletion.
      if (!isUnavailable(error)) holds.release(held);
      throw error;
    }
  }

  async #deleteHeld(
    threadId: string,
    onlyIfBegun: boolean,
    checkpoints: AgentCheckpoints | undefined,
  ): Promise<boolean> {
    const { runs, removal } = this.context;
    const marked = await runs.stopAll(threadId, onlyIfBegun);
    if (!marked) return false;
    if (checkpoints && (await removal.stageOf(marked)) === 'marked')
      await this.#erase(marked, checkpoints);
    const stage = await removal.stageOf(marked);
    if (stage === 'over' || stage === 'undone') return stage === 'over';
    await removal.remove(marked);
    return true;
  }

  async #erase(marked: MarkedThread, checkpoints: AgentCheckpoints): Promise<void> {
    const { removal } = this.context;
    try {
      await checkpoints.delete(marked.threadId);
    } catch (error) {
      // Otherwise nobody could use the thread, which is still whole.
      await removal.reopen(marked);
      throw error;
    }
    await removal.markErased(marked);
  }
}

function isUnknownAgent(error: unknown): boolean {
  return StreamingError.isInstance(error) && error.code === 'AGENT_NOT_FOUND';
}
