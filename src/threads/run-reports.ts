import { answeredInterrupts } from '../executions/pending-interrupt.js';
import { boundedRequests } from '../executions/update-bound.js';
import type { InterruptRequest } from '../protocol/stream-update.js';
import type { InterruptResponse } from '../protocol/interrupt-request.js';
import { startedOf, type StartPlace } from './decide-start.js';
import { withEndedRun, type RunEnd } from './run-end.js';
import type { RunRequest } from './run-request.js';
import type { StartingPoint } from './starting-point.js';
import {
  withAnsweredRun,
  withoutRuns,
  withRun,
  type RunRecord,
  type ThreadData,
} from './thread-data.js';
import { threadUpdate, type ThreadLog } from './thread-log.js';

/** The reason of runs that are cancelled because their thread is deleted. */
export const DELETED = 'The thread was deleted.';

/** The reason of a run that is cancelled because its thread already counts it as lost. */
const LOST = 'This instance did not renew its lease in time.';

/** How large the value of a question may be in the log of a thread, in bytes of JSON. */
const MAX_QUESTION_BYTES = 16_384;

/** Writes the states of runs to the logs of their threads. */
export class RunReports {
  constructor(
    private readonly log: ThreadLog,
    private readonly instance: string,
  ) {}

  /** @returns why the run must be cancelled; undefined if it need not */
  begun(run: RunRequest, { before, newest }: StartingPoint): Promise<string | undefined> {
    const { executionId, threadId } = run;
    return this.log.change<string | undefined>(threadId, (data) => {
      const record = this.#own(data, executionId);
      if (!record) return { result: LOST };
      return {
        data: withRun(data, executionId, { before, newest: newest ?? null }),
        drafts: [threadUpdate('run:start', { ...startedOf(run), state: 'running' })],
        result: data.isDeleted ? DELETED : record.stopping,
      };
    });
  }

  interrupted(
    { executionId, threadId }: RunRequest,
    asked: readonly InterruptRequest[],
  ): Promise<void> {
    const interrupts = boundedRequests(asked, MAX_QUESTION_BYTES);
    return this.log.change(threadId, (data) => {
      if (!this.#own(data, executionId)) return { result: undefined };
      return {
        data: withRun(data, executionId, { state: 'interrupted', interrupts }),
        drafts: [threadUpdate('run:interrupt', { executionId, state: 'interrupted', interrupts })],
        result: undefined,
      };
    });
  }

  /** The run continues in this instance. */
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

  ended({ executionId, threadId }: RunRequest, end: RunEnd): Promise<void> {
    const interrupts = boundedRequests(end.interrupts ?? [], MAX_QUESTION_BYTES);
    return this.log.change(threadId, (data) => {
      const record = this.#own(data, executionId);
      if (!record) return { result: undefined };
      const { data: next, draft } = withEndedRun(data, record, { ...end, interrupts });
      return { data: next, drafts: [draft], result: undefined };
    });
  }

  /** @param isTold - whether the log of the thread already has the run, because it waited */
  abandoned(
    { executionId, threadId }: RunRequest,
    { from, open }: StartPlace,
    isTold: boolean,
  ): Promise<void> {
    return this.log.change(threadId, (data) => {
      const rest = withoutRuns(data, [executionId]);
      const place = { ...(from !== undefined && { from }), ...(open && { open }) };
      // The log does not have the run, so a retry may start it again.
      const recent = isTold ? rest.recent : data.recent;
      return {
        data: { ...rest, ...place, recent },
        drafts: isTold ? [threadUpdate('run:end', { executionId, state: 'failed' })] : [],
        result: undefined,
      };
    });
  }

  /**
   * The run, unless other instances counted this instance as dead. Then they have already written its end.
   */
  #own(data: ThreadData, executionId: string): RunRecord | undefined {
    const record = data.runs.find(isOf(executionId));
    return record?.instance === this.instance ? record : undefined;
  }
}

const isOf =
  (executionId: string) =>
  (run: RunRecord): boolean =>
    run.executionId === executionId;
