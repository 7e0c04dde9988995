import type { InterruptResponse } from '../executions/execution-source.js';
import { answeredInterrupts } from '../executions/pending-interrupt.js';
import { boundedRequests } from '../executions/update-bound.js';
import type { InterruptRequest } from '../protocol/stream-update.js';
import type { ThreadRunData } from '../protocol/thread-updates.js';
import { startedOf, type StartPlace } from './decide-start.js';
import type { RunRequest } from './run-request.js';
import { withAnsweredRun, withoutRuns, withRun, type RunRecord } from './thread-data.js';
import { threadUpdate, type ThreadLog } from './thread-log.js';

/** How a run ended. */
export type RunEnd = Pick<ThreadRunData, 'state' | 'reason'>;

/** Why runs are cancelled whose thread is deleted. */
export const DELETED = 'The thread was deleted.';

/** How large the value of a question may be in the log of a thread, in bytes of JSON. */
const MAX_QUESTION_BYTES = 16_384;

/** Tells threads what becomes of their runs. */
export class RunReports {
  constructor(
    private readonly log: ThreadLog,
    private readonly instance: string,
  ) {}

  /**
   * @param before - the checkpoint to which a rollback of the run goes back
   * @returns why the run is to be cancelled, if it is
   */
  begun(run: RunRequest, before: string | null): Promise<string | undefined> {
    const { executionId, threadId } = run;
    return this.log.change(threadId, (data) => ({
      data: withRun(data, executionId, { before }),
      drafts: [threadUpdate('run:start', { ...startedOf(run), state: 'running' })],
      result: data.isDeleted ? DELETED : data.runs.find(isOf(executionId))?.stopping,
    }));
  }

  interrupted(
    { executionId, threadId }: RunRequest,
    asked: readonly InterruptRequest[],
  ): Promise<void> {
    const interrupts = boundedRequests(asked, MAX_QUESTION_BYTES);
    return this.log.change(threadId, (data) => ({
      data: withRun(data, executionId, { state: 'interrupted', interrupts }),
      drafts: [threadUpdate('run:interrupt', { executionId, state: 'interrupted', interrupts })],
      result: undefined,
    }));
  }

  /** The run goes on, in this instance. */
  answered({ executionId, threadId }: RunRequest, response: InterruptResponse): Promise<void> {
    const { instance } = this;
    return this.log.change(threadId, (data) => {
      const { interrupts = [] } = data.runs.find(isOf(executionId)) ?? {};
      const answered = answeredInterrupts(response, interrupts);
      return {
        data: withRun(withAnsweredRun(data, executionId), executionId, { instance }),
        drafts: [threadUpdate('run:answer', { executionId, state: 'running', answered })],
        result: undefined,
      };
    });
  }

  /** @param how - with the questions that stay open, and where the next run begins */
  ended(
    { executionId, threadId }: RunRequest,
    how: {
      readonly end: RunEnd;
      readonly interrupts: readonly InterruptRequest[];
      readonly from: string | undefined;
    },
  ): Promise<void> {
    const interrupts = boundedRequests(how.interrupts, MAX_QUESTION_BYTES);
    const isOpen = interrupts.length > 0;
    return this.log.change(threadId, (data) => {
      const { isVoid, before = null } = data.runs.find(isOf(executionId)) ?? {};
      const from = isVoid ? before : how.from;
      const told: ThreadRunData = {
        executionId,
        ...how.end,
        ...(isOpen && { interrupts }),
        ...(isVoid && { void: true }),
      };
      return {
        data: {
          ...withoutRuns(data, [executionId]),
          ...(from !== undefined && { from }),
          ...(isOpen && { open: { executionId, interrupts } }),
        },
        drafts: [threadUpdate('run:end', told)],
        result: undefined,
      };
    });
  }

  /** @param isTold - whether the thread was told of the run, as it waited */
  abandoned(
    { executionId, threadId }: RunRequest,
    { from, open }: StartPlace,
    isTold: boolean,
  ): Promise<void> {
    return this.log.change(threadId, (data) => {
      const rest = withoutRuns(data, [executionId]);
      const place = { ...(from !== undefined && { from }), ...(open && { open }) };
      // Nobody was told of it, so a retry may start it once more.
      const recent = isTold ? rest.recent : data.recent;
      return {
        data: { ...rest, ...place, recent },
        drafts: isTold ? [threadUpdate('run:end', { executionId, state: 'failed' })] : [],
        result: undefined,
      };
    });
  }
}

const isOf =
  (executionId: string) =>
  (run: RunRecord): boolean =>
    run.executionId === executionId;
