import { Logger } from '@nestjs/common';
import type { AgentRegistry } from '../agents/agent-registry.js';
import type { HeldExecutions } from '../cluster/held-executions.js';
import type { ThreadStore } from '../cluster/thread-store.js';
import { describeError } from '../errors/describe-error.js';
import type { AbandonedEvents } from '../executions/abandoned-events.js';
import { isUnavailable } from '../executions/until-available.js';
import { heldName, heldThread } from './held-name.js';
import { threadDataOf } from './thread-data.js';
import type { ThreadDirectory } from './thread-directory.js';
import { isGone, threadNotFound, type ThreadLog } from './thread-log.js';
import type { ThreadRemoval } from './thread-removal.js';
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
  readonly #running = new Map<string, Promise<void>>();

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
  delete(threadId: string): Promise<void> {
    return this.#once(threadId, false);
  }

  /** Finishes the deletion that a dead instance began, unless that instance died before its first step. */
  async #finish(threadId: string): Promise<void> {
    try {
      await this.#once(threadId, true);
    } catch (error) {
      if (isUnavailable(error)) throw error;
      if (!isGone(error))
        this.#logger.error(
          'A thread could not be deleted whose deletion a dead instance had begun',
          describeError(error),
        );
    }
  }

  #once(threadId: string, onlyIfBegun: boolean): Promise<void> {
    const known = this.#running.get(threadId);
    if (known) return known;
    const deletion = this.#delete(threadId, onlyIfBegun).finally(() =>
      this.#running.delete(threadId),
    );
    this.#running.set(threadId, deletion);
    return deletion;
  }

  async #delete(threadId: string, onlyIfBegun: boolean): Promise<void> {
    const { agents, store, directory, holds } = this.context;
    const info = await directory.findDeletable(threadId);
    if (!info) throw threadNotFound();
    const data = threadDataOf(info);
    if (onlyIfBegun && !data.isDeleted) return;
    const name = data.agent ?? (await store.get(threadId))?.agent;
    const checkpoints = name === undefined ? undefined : agents.get(name).agent.checkpoints;
    const held = heldName('deletion', threadId);
    await holds.hold(held);
    try {
      await this.#deleteHeld(threadId, onlyIfBegun, async () => checkpoints?.delete(threadId));
    } catch (error) {
      // Otherwise it stays held: when this instance ends, another instance finishes the deletion.
      if (!isUnavailable(error)) holds.release(held);
      throw error;
    }
    holds.release(held);
  }

  async #deleteHeld(
    threadId: string,
    onlyIfBegun: boolean,
    deleteCheckpoints: () => Promise<void>,
  ): Promise<void> {
    const { runs, removal } = this.context;
    const executionIds = await runs.stopAll(threadId, onlyIfBegun);
    try {
      await deleteCheckpoints();
    } catch (error) {
      // Otherwise nobody could use the thread, which is still whole.
      await removal.reopen(threadId);
      throw error;
    }
    await removal.remove(threadId, executionIds);
  }
}
