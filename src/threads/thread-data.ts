import type { ChannelInfo } from '../log/stream-log.js';
import type { InterruptRequest } from '../protocol/stream-update.js';
import type { ThreadRun } from '../protocol/thread-messages.js';

/** A run of a thread that has not ended. */
export interface RunRecord extends ThreadRun {
  /** The instance that accepted it. */
  readonly instance: string;
  /** The checkpoint to which a rollback of it goes back; null for the very beginning. */
  readonly before?: string | null;
  /** Where it begins, if that is not the newest checkpoint: a fork, or after a rollback. */
  readonly from?: string | null;
  /** The newest checkpoint when it began; null if there was none. Absent before that. */
  readonly newest?: string | null;
  /** Why it is to be cancelled, if it is. */
  readonly stopping?: string;
  /** Whether it is to be rolled back. */
  readonly isVoid?: true;
}

/** What the log keeps of a thread: changed in one step with what the thread's viewers are told. */
export interface ThreadData {
  readonly agent?: string;
  /** The runs that have not ended, first the one that is active. */
  readonly runs: readonly RunRecord[];
  /** The ids of the runs that ended last, oldest first. */
  readonly recent: readonly string[];
  /**
   * The checkpoint at which the next run begins, after a rollback; null for the very beginning. Absent:
   * the newest.
   */
  readonly from?: string | null;
  /** The questions of a run that ended with them, which nobody has answered. */
  readonly open?: {
    readonly executionId: string;
    readonly interrupts: readonly InterruptRequest[];
  };
  /** Whether the thread is being deleted. */
  readonly isDeleted?: true;
}

/** How many runs that ended are remembered, so that a late retry does not start one again. */
const MAX_RECENT = 64;

const NEW_THREAD: ThreadData = { runs: [], recent: [] };

/** What the log keeps of a thread. */
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
  return { ...data, runs, recent: [...data.recent, ...ended].slice(-MAX_RECENT) };
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
