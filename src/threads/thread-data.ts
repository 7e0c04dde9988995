import type { ChannelInfo } from '../log/stream-log.js';
import type { InterruptRequest } from '../protocol/stream-update.js';
import type { ThreadRun } from '../protocol/thread-messages.js';

/** A run of a thread that has not ended. */
export interface RunRecord extends ThreadRun {
  /** The instance that accepted the run. */
  readonly instance: string;
  /** The checkpoint to which a rollback of the run returns; null for the very beginning. */
  readonly before?: string | null;
  /** Where the run begins, if not at the newest checkpoint: for a fork, or after a rollback. */
  readonly from?: string | null;
  /** The newest checkpoint when it began; null if there was none. Absent before that. */
  readonly newest?: string | null;
  /** Why the run must be cancelled, if it must. */
  readonly stopping?: string;
  /** Whether the run must be rolled back. */
  readonly isVoid?: true;
}

/** The data of a thread in its log. It changes in one step with the updates for viewers of the thread. */
export interface ThreadData {
  readonly agent?: string;
  /** The runs that have not ended. The first is the active run. */
  readonly runs: readonly RunRecord[];
  /** The ids of the runs that ended last, oldest first. */
  readonly recent: readonly string[];
  /**
   * The checkpoint at which the next run begins, after a rollback; null for the very beginning. Without it,
   * the next run begins at the newest checkpoint.
   */
  readonly from?: string | null;
  /** The unanswered questions of a run that ended with them. */
  readonly open?: {
    readonly executionId: string;
    readonly interrupts: readonly InterruptRequest[];
  };
  /** Whether the thread is being deleted. */
  readonly isDeleted?: true;
  /** Whether the agent has deleted its data of the thread. From then on the deletion cannot fail. */
  readonly isErased?: true;
}

/** How many runs that ended are remembered, so that a late retry does not start one again. */
const MAX_RECENT = 64;

const NEW_THREAD: ThreadData = { runs: [], recent: [] };

/** Reads the data of a thread from its log. */
export function threadDataOf({ thread }: Pick<ChannelInfo, 'thread'>): ThreadData {
  return (thread as ThreadData | undefined) ?? NEW_THREAD;
}

/** Whether a run was started in a thread before. */
export function isKnown({ runs, recent }: ThreadData, executionId: string): boolean {
  return runs.some((run) => run.executionId === executionId) || recent.includes(executionId);
}

/** The data with one run changed. */
export function withRun(
  data: ThreadData,
  executionId: string,
  change: Partial<RunRecord>,
): ThreadData {
  const runs = data.runs.map((run) =>
    run.executionId === executionId ? { ...run, ...change } : run,
  );
  return { ...data, runs };
}

/** The data with a run whose questions were answered. */
export function withAnsweredRun(data: ThreadData, executionId: string): ThreadData {
  const runs = data.runs.map((run) => {
    if (run.executionId !== executionId) return run;
    const { interrupts: _answered, ...rest } = run;
    return { ...rest, state: 'running' as const };
  });
  return { ...data, runs };
}

/** The data without runs that have ended. */
export function withoutRuns(data: ThreadData, ended: readonly string[]): ThreadData {
  const runs = data.runs.filter(({ executionId }) => !ended.includes(executionId));
  const recent = [...data.recent, ...ended];
  // The logs of all of them are deleted with the thread.
  return { ...data, runs, recent: data.isDeleted ? recent : recent.slice(-MAX_RECENT) };
}

/** The runs of a thread as clients see them. */
export function publicRunsOf({ runs }: ThreadData): ThreadRun[] {
  return runs.map(({ executionId, state, startedBy, startedAt, interrupts }) => ({
    executionId,
    state,
    ...(startedBy !== undefined && { startedBy }),
    startedAt,
    ...(interrupts && { interrupts }),
  }));
}
