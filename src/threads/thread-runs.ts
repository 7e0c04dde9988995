import { Logger } from '@nestjs/common';
import { principalKey } from '../access/principal.js';
import type { Cluster } from '../cluster/cluster.js';
import { describeError } from '../errors/describe-error.js';
import { StreamingError } from '../errors/streaming.error.js';
import { within } from '../common/within.js';
import type { ExecutionStart } from '../executions/execution-settings.js';
import type { ExecutionControl } from '../executions/execution-control.js';
import type { ExecutionRegistry } from '../executions/execution-registry.js';
import type { InterruptResponse } from '../executions/execution-source.js';
import type { ExecutionResult } from '../executions/execution.js';
import { answeredInterrupts } from '../executions/pending-interrupt.js';
import { boundedRequests } from '../executions/update-bound.js';
import type { InterruptRequest } from '../protocol/stream-update.js';
import type { ThreadRunData } from '../protocol/thread-updates.js';
import type { StreamingService } from '../streaming.service.js';
import { decideStart, REPLACED, startedOf, type StartPlace } from './decide-start.js';
import { HeldRuns } from './held-runs.js';
import type { RunRequest } from './run-request.js';
import { RunSource } from './run-source.js';
import {
  threadDataOf,
  withAnsweredRun,
  withoutRuns,
  withRun,
  type RunRecord,
} from './thread-data.js';
import { threadUpdate, type ThreadLog } from './thread-log.js';

/** What runs of threads are run with. */
export interface ThreadRunsContext {
  readonly log: ThreadLog;
  readonly streaming: StreamingService;
  readonly executions: ExecutionRegistry;
  readonly control: ExecutionControl;
  readonly cluster: Cluster;
  readonly maxRunsPerPrincipal: number;
  readonly maxQueuedPerThread: number;
}

/** How a start went. */
export interface StartedRun {
  readonly created: boolean;
  readonly queued: boolean;
}

/** How a run ended. */
type RunEnd = Pick<ThreadRunData, 'state' | 'reason'>;

/** How large the value of a question may be in the log of a thread, in bytes of JSON. */
const MAX_QUESTION_BYTES = 16_384;

/**
 * The runs of threads that this instance accepted: it begins each when its turn comes, and tells the
 * thread what becomes of it. Of the runs of a thread one is active at a time, in the whole cluster.
 */
export class ThreadRuns {
  readonly #logger = new Logger('ThreadRuns');
  readonly #held: HeldRuns;

  constructor(private readonly context: ThreadRunsContext) {
    this.#held = new HeldRuns(context.log, (threadId) => this.#advance(threadId));
  }

  /**
   * Starts a run, or queues it.
   *
   * @throws StreamingError those of `decideStart`, `CHECKPOINT_NOT_FOUND`, `UNSUPPORTED_BY_AGENT`, and those
   * of `StreamingService.start`
   */
  async start(run: RunRequest): Promise<StartedRun> {
    const { log, cluster, maxQueuedPerThread, maxRunsPerPrincipal } = this.context;
    const { threadId, executionId } = run;
    const dead = await this.#deadInstances(threadId);
    const isFull = this.#held.countOf(principalKey(run.principal)) >= maxRunsPerPrincipal;
    const limits = { instance: cluster.instanceId, maxQueuedPerThread, isFull, dead };
    const isTaken = this.#held.take(run);
    const decision = await log
      .change(threadId, (data) => decideStart(data, run, limits))
      .catch((error: unknown) => {
        if (isTaken) this.#held.release(executionId);
        throw error;
      });
    if (decision.kind === 'known') {
      if (isTaken) this.#held.release(executionId);
      return { created: false, queued: decision.queued };
    }
    this.#held.confirm(run);
    if (decision.kind === 'begin') {
      await this.#begin(run, decision.place, false);
      return { created: true, queued: false };
    }
    await this.#held.await(threadId);
    if (decision.cancel !== undefined) this.#cancel(decision.cancel);
    return { created: true, queued: true };
  }

  /** Takes a run out of the queue of its thread. @returns whether it was there */
  cancelQueued(threadId: string, executionId: string, reason?: string): Promise<boolean> {
    const because = reason === undefined ? {} : { reason };
    return this.context.log.change(threadId, (data) => {
      const found = data.runs.find((run) => run.executionId === executionId);
      if (found?.state !== 'queued') return { result: false };
      return {
        data: withoutRuns(data, [executionId]),
        drafts: [threadUpdate('run:end', { executionId, state: 'cancelled', ...because })],
        result: true,
      };
    });
  }

  /** Lets no run begin in a thread any more, and cancels those that it has. Resolves when all have ended. */
  async stopAll(threadId: string): Promise<readonly string[]> {
    const { log } = this.context;
    const { active, ids } = await log.change(threadId, (data) => {
      const queued = data.runs.filter(({ state }) => state === 'queued');
      const rest = withoutRuns(
        data,
        queued.map(({ executionId }) => executionId),
      );
      const drafts = queued.map(({ executionId }) =>
        threadUpdate('run:end', { executionId, state: 'cancelled', reason: DELETED }),
      );
      const ids = [...data.recent, ...data.runs.map(({ executionId }) => executionId)];
      const active = rest.runs.map(({ executionId }) => executionId);
      return { data: { ...rest, isDeleted: true }, drafts, result: { active, ids } };
    });
    for (const executionId of active) this.#cancel(executionId, DELETED);
    await within(this.#held.untilIdle(threadId), STOP_TIMEOUT_MS);
    return ids;
  }

  /**
   * Begins a run whose turn it is.
   *
   * @param isTold - whether the thread was told of the run, as it waited
   */
  async #begin(run: RunRequest, place: StartPlace, isTold: boolean): Promise<void> {
    const { streaming } = this.context;
    const { executionId, owner } = run;
    const { from } = place;
    try {
      const before = await startingPoint(run, from);
      const source = new RunSource(run, run.checkpointId ?? from ?? undefined, {
        interrupted: (interrupts) => this.#interrupted(run, interrupts),
        answered: (response, interrupts) => this.#answered(run, response, interrupts),
      });
      const { done } = await streaming.start(source, { executionId, owner, start: factsOf(run) });
      const begun = this.#begun(run).catch((error: unknown) => this.#report(run, error));
      void this.#follow(run, source, before, { begun, done });
      await begun;
    } catch (error) {
      await this.#abandon(run, place, isTold);
      throw error;
    }
  }

  async #begun(run: RunRequest): Promise<void> {
    const { executionId, threadId } = run;
    const reason = await this.context.log.change(threadId, (data) => ({
      drafts: [threadUpdate('run:start', { ...startedOf(run), state: 'running' })],
      result: data.isDeleted ? DELETED : data.runs.find(isOf(executionId))?.stopping,
    }));
    // It was to be cancelled before it could be.
    if (reason !== undefined) this.#cancel(executionId, reason);
  }

  /** Waits for the end of a run, and for its source to do nothing more. */
  async #follow(
    run: RunRequest,
    source: RunSource,
    before: string | null,
    { begun, done }: { readonly begun: Promise<unknown>; readonly done: Promise<ExecutionResult> },
  ): Promise<void> {
    const { log, executions } = this.context;
    const { executionId, threadId } = run;
    const end = await done.then(endOf, (): RunEnd => ({ state: 'failed' }));
    await executions.get(executionId)?.settled();
    const open = end.state === 'completed' ? source.open : [];
    const interrupts = boundedRequests(open, MAX_QUESTION_BYTES);
    await begun;
    await log
      .change(threadId, (data) => {
        const isVoid = data.runs.find(isOf(executionId))?.isVoid === true;
        const ended = withoutRuns(data, [executionId]);
        const told: ThreadRunData = {
          executionId,
          ...end,
          ...(interrupts.length > 0 && { interrupts }),
          ...(isVoid && { void: true }),
        };
        return {
          data: {
            ...ended,
            ...(isVoid && { from: before }),
            ...(interrupts.length > 0 && { open: { executionId, interrupts } }),
          },
          drafts: [threadUpdate('run:end', told)],
          result: undefined,
        };
      })
      .catch((error: unknown) => this.#report(run, error));
    this.#held.release(executionId);
    await this.#advance(threadId);
  }

  /** A run that could not begin. The next one has its turn. */
  async #abandon(run: RunRequest, { from, open }: StartPlace, isTold: boolean): Promise<void> {
    const { executionId, threadId } = run;
    this.#held.release(executionId);
    await this.context.log
      .change(threadId, (data) => {
        const rest = withoutRuns(data, [executionId]);
        const place = { ...(from !== undefined && { from }), ...(open && { open }) };
        // Nobody was told of it, so a retry may start it once more.
        const recent = isTold ? rest.recent : data.recent;
        return {
          data: { ...rest, ...place, recent },
          drafts: isTold ? [threadUpdate('run:end', { executionId, state: 'failed' })] : [],
          result: undefined,
        };
      })
      .catch((error: unknown) => this.#report(run, error));
    await this.#advance(threadId);
  }

  /** Begins the next run of a thread, if it is its turn and this instance accepted it. */
  async #advance(threadId: string): Promise<void> {
    const { log } = this.context;
    try {
      const next = await log.change(threadId, (data) => {
        const [first] = data.runs;
        const run = first?.state === 'queued' ? this.#held.get(first.executionId) : undefined;
        if (!run) return { result: undefined };
        const { from, ...rest } = withRun(data, run.executionId, { state: 'running' });
        return { data: { ...rest, agent: run.agent.name }, result: { run, from } };
      });
      if (next) await this.#begin(next.run, { from: next.from }, true);
    } catch (error) {
      if (!isGone(error))
        this.#logger.error('A run of a thread could not begin', describeError(error));
    }
  }

  #interrupted(run: RunRequest, asked: readonly InterruptRequest[]): Promise<void> {
    const { executionId, threadId } = run;
    const interrupts = boundedRequests(asked, MAX_QUESTION_BYTES);
    return this.context.log.change(threadId, (data) => ({
      data: withRun(data, executionId, { state: 'interrupted', interrupts }),
      drafts: [threadUpdate('run:interrupt', { executionId, state: 'interrupted', interrupts })],
      result: undefined,
    }));
  }

  #answered(
    { executionId, threadId }: RunRequest,
    response: InterruptResponse,
    interrupts: readonly InterruptRequest[],
  ): Promise<void> {
    const answered = answeredInterrupts(response, interrupts);
    return this.context.log.change(threadId, (data) => ({
      data: withAnsweredRun(data, executionId),
      drafts: [threadUpdate('run:answer', { executionId, state: 'running', answered })],
      result: undefined,
    }));
  }

  /** It may have ended already. */
  #cancel(executionId: string, reason = REPLACED): void {
    this.context.control.cancel(executionId, reason).catch(noop);
  }

  async #deadInstances(threadId: string): Promise<ReadonlySet<string>> {
    const { log, cluster } = this.context;
    const info = await log.describe(threadId);
    const others = new Set(info ? threadDataOf(info).runs.map(({ instance }) => instance) : []);
    others.delete(cluster.instanceId);
    const alive = await Promise.all([...others].map((id) => cluster.isAlive(id)));
    return new Set([...others].filter((_, index) => !alive[index]));
  }

  #report({ executionId }: RunRequest, error: unknown): void {
    if (!isGone(error))
      this.#logger.error(`The thread of ${executionId} was not told`, describeError(error));
  }
}

const DELETED = 'The thread was deleted.';

/** How long the runs of a thread that is deleted may take to end, in milliseconds. */
const STOP_TIMEOUT_MS = 10_000;

/** Whether the thread was deleted meanwhile. */
function isGone(error: unknown): boolean {
  return StreamingError.isInstance(error) && error.code === 'THREAD_NOT_FOUND';
}

const isOf =
  (executionId: string) =>
  (run: RunRecord): boolean =>
    run.executionId === executionId;

/** What viewers of the run learn of how it came to be. */
function factsOf(run: RunRequest): ExecutionStart {
  const { startedBy, input } = startedOf(run);
  const { threadId, parentExecutionId, agent } = run;
  return {
    agent: agent.name,
    threadId,
    ...(startedBy !== undefined && { startedBy }),
    ...(input !== undefined && { input }),
    ...(parentExecutionId !== undefined && { parentExecutionId }),
  };
}

/**
 * Makes the agent's state ready for a run.
 *
 * @param from - the checkpoint at which the run begins after a rollback; null for the very beginning
 * @returns the checkpoint to which a rollback of this run goes back; null for the very beginning
 */
async function startingPoint(
  { agent, threadId, checkpointId }: RunRequest,
  from: string | null | undefined,
): Promise<string | null> {
  const { checkpoints } = agent.agent;
  if (!checkpoints) return null;
  const start = checkpointId ?? from;
  if (start === null) {
    await checkpoints.delete(threadId);
    return null;
  }
  if (start !== undefined) return start;
  return (await checkpoints.get(threadId))?.checkpointId ?? null;
}

function endOf(result: ExecutionResult): RunEnd {
  if (result.state === 'completed') return { state: 'completed' };
  const { state, reason } = result;
  return reason === undefined ? { state } : { state, reason };
}

function noop(): void {}
