import { StreamingError } from '../errors/streaming.error.js';
import { answeredBy, notInterrupted } from '../executions/pending-interrupt.js';
import type { UpdateDraft } from '../log/log-entry.js';
import type { ThreadRunData } from '../protocol/thread-updates.js';
import type { RunRequest } from './run-request.js';
import { isKnown, withoutRuns, withRun, type RunRecord, type ThreadData } from './thread-data.js';
import { threadNotFound, threadUpdate, type ThreadChange } from './thread-log.js';

/** Where a run begins. */
export interface StartPlace {
  /**
   * The checkpoint, after a rollback; null for the very beginning. Without it, the run begins at the newest
   * checkpoint.
   */
  readonly from?: string | null | undefined;
  /** The questions that the run answers. */
  readonly open?: ThreadData['open'];
}

/** The decision about a start. */
export type StartDecision =
  | { readonly kind: 'known'; readonly queued: boolean }
  | { readonly kind: 'begin'; readonly place: StartPlace }
  | {
      readonly kind: 'queue';
      /** The run that must be cancelled before this run can begin. */
      readonly cancel: string | undefined;
    };

/** The facts for the decision, besides the thread. */
export interface StartLimits {
  readonly instance: string;
  readonly maxQueuedPerThread: number;
  /** Whether the principal has reached its limit of runs. */
  readonly isFull: boolean;
}

/**
 * Decides whether a start in a thread begins, waits or is refused.
 *
 * @throws StreamingError `THREAD_BUSY`, `LIMIT_EXCEEDED`, `THREAD_NOT_FOUND` while the thread is deleted,
 * `INVALID_PAYLOAD` when the thread belongs to another agent, `EXECUTION_NOT_INTERRUPTED`
 */
export function decideStart(
  data: ThreadData,
  run: RunRequest,
  limits: StartLimits,
): ThreadChange<StartDecision> {
  const { executionId } = run;
  if (isKnown(data, executionId)) {
    const queued = data.runs.some(
      (one) => one.executionId === executionId && one.state === 'queued',
    );
    return { result: { kind: 'known', queued } };
  }
  requireStartable(data, run, limits);
  if (data.runs.length === 0) return begin(data, run, limits, []);
  const active = data.runs.find(({ state }) => state !== 'queued');
  const waiting = data.runs.filter(({ state }) => state === 'queued');
  if (run.multitask === 'reject' || run.resume) throw threadBusy();
  if (run.multitask === 'enqueue') {
    if (waiting.length >= limits.maxQueuedPerThread) throw tooManyQueued();
    return queue(data, run, limits, { drafts: [], cancel: undefined });
  }
  const rest = without(data, waiting);
  const drafts = waiting.map((one) => endOf(one, { state: 'cancelled', reason: REPLACED }));
  if (!active) return begin(rest, run, limits, drafts);
  const { executionId: cancel } = active;
  const stopped = withRun(rest, cancel, {
    stopping: REPLACED,
    ...(run.multitask === 'rollback' && { isVoid: true }),
  });
  return queue(stopped, run, limits, { drafts, cancel });
}

/** The reason of runs that are cancelled because another run of the thread begins immediately. */
export const REPLACED = 'Another run of the thread replaces it.';

function requireStartable(data: ThreadData, run: RunRequest, { isFull }: StartLimits): void {
  if (data.isDeleted) throw threadNotFound();
  if (data.agent !== undefined && data.agent !== run.agent.name)
    throw new StreamingError('INVALID_PAYLOAD', 'The thread belongs to another agent.', {
      issues: [{ path: 'agent', message: 'is not the agent of the thread' }],
    });
  if (run.resume && !answers(data, run)) throw notInterrupted();
  if (!isFull) return;
  throw new StreamingError(
    'LIMIT_EXCEEDED',
    'You have reached your limit of runs; wait until one ends.',
    { retryable: true },
  );
}

function answers({ open }: ThreadData, { resume }: RunRequest): boolean {
  if (!open || open.executionId !== resume?.executionId) return false;
  return answeredBy(resume.response, open.interrupts) !== undefined;
}

function without(data: ThreadData, runs: readonly RunRecord[]): ThreadData {
  const ids = runs.map(({ executionId }) => executionId);
  return ids.length === 0 ? data : withoutRuns(data, ids);
}

function begin(
  { from, open, ...data }: ThreadData,
  run: RunRequest,
  { instance }: StartLimits,
  drafts: readonly UpdateDraft[],
): ThreadChange<StartDecision> {
  const start = run.checkpointId ?? from;
  const runs = [
    { ...recordOf(run, 'running', instance), ...(start !== undefined && { from: start }) },
  ];
  return {
    data: { ...data, agent: run.agent.name, runs },
    drafts: [...drafts, ...(run.resume && open ? [answerOf(run, open)] : [])],
    result: { kind: 'begin', place: { from, open } },
  };
}

function queue(
  { open: _open, ...data }: ThreadData,
  run: RunRequest,
  { instance }: StartLimits,
  {
    drafts,
    cancel,
  }: { readonly drafts: readonly UpdateDraft[]; readonly cancel: string | undefined },
): ThreadChange<StartDecision> {
  const queued = threadUpdate('run:queued', { ...startedOf(run), state: 'queued' });
  return {
    data: { ...data, runs: [...data.runs, recordOf(run, 'queued', instance)] },
    drafts: [...drafts, queued],
    result: { kind: 'queue', cancel },
  };
}

function recordOf(
  { executionId, principal }: RunRequest,
  state: 'running' | 'queued',
  instance: string,
): RunRecord {
  return { executionId, state, startedBy: principal.id, startedAt: Date.now(), instance };
}

/** The update for viewers of the thread when a run is queued or begins. */
export function startedOf(run: RunRequest): Omit<ThreadRunData, 'state'> {
  const { executionId, principal, agent, input, checkpointId } = run;
  return {
    executionId,
    startedBy: principal.id,
    ...(agent.options.publishInput === true && input !== undefined && { input }),
    ...(checkpointId !== undefined && { checkpointId }),
  };
}

function endOf(
  { executionId }: RunRecord,
  how: Pick<ThreadRunData, 'state' | 'reason'>,
): UpdateDraft {
  return threadUpdate('run:end', { executionId, ...how });
}

function answerOf(
  { principal, resume }: RunRequest,
  { executionId, interrupts }: NonNullable<ThreadData['open']>,
): UpdateDraft {
  const ids = (resume && answeredBy(resume.response, interrupts)) ?? [];
  const answered = ids.map((id) => ({ id, by: principal.id }));
  return threadUpdate('run:answer', { executionId, state: 'completed', answered });
}

const threadBusy = (): StreamingError =>
  new StreamingError(
    'THREAD_BUSY',
    'Another run of the thread is active. Wait until it ends, or start with another `multitask`.',
  );

const tooManyQueued = (): StreamingError =>
  new StreamingError(
    'LIMIT_EXCEEDED',
    'Too many runs wait in this thread. Wait until one begins.',
    {
      retryable: true,
    },
  );
