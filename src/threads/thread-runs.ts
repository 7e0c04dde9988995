import { Logger } from '@nestjs/common';
import { ANONYMOUS } from '../access/principal.js';
import type { SharedPlaces } from '../access/rate-limit/shared-places.js';
import type { Cluster } from '../cluster/cluster.js';
import { describeError } from '../errors/describe-error.js';
import type { ExecutionStart } from '../executions/execution-settings.js';
import type { AgentRegistry, RegisteredAgent } from '../agents/agent-registry.js';
import type { ResumableSources } from '../executions/resumable-sources.js';
import { fromResumable, toResumable, type ResumableRun } from './resumable-run.js';
import type { ExecutionControl } from '../executions/execution-control.js';
import type { KnownExecution } from '../executions/ended-execution.js';
import type { ExecutionRegistry } from '../executions/execution-registry.js';
import type { ExecutionSource } from '../executions/execution-source.js';
import { Execution } from '../executions/execution.js';
import { isAway, untilAvailable } from '../executions/until-available.js';
import type { StreamingService } from '../streaming.service.js';
import {
  decideStart,
  REPLACED,
  startedOf,
  type StartDecision,
  type StartPlace,
} from './decide-start.js';
import { HeldRuns } from './held-runs.js';
import type { LostRuns } from './lost-runs.js';
import { endOf, type RunEnd } from './run-end.js';
import type { RunRequest } from './run-request.js';
import { DELETED, RunReports } from './run-reports.js';
import { RunSource } from './run-source.js';
import { withoutRuns, withRun } from './thread-data.js';
import { StartingPoint } from './starting-point.js';
import { isGone, threadUpdate, type ThreadLog } from './thread-log.js';
import type { MarkedThread } from './thread-removal.js';

/** The parts that running threads needs. */
export interface ThreadRunsContext {
  readonly log: ThreadLog;
  readonly streaming: StreamingService;
  readonly executions: ExecutionRegistry;
  readonly control: ExecutionControl;
  readonly agents: AgentRegistry;
  readonly sources: ResumableSources;
  readonly cluster: Cluster;
  readonly lost: LostRuns;
  readonly places: SharedPlaces;
  readonly maxRunsPerPrincipal: number;
  readonly maxQueuedPerThread: number;
}

/** The result of a start. */
export interface StartedRun {
  readonly created: boolean;
  readonly queued: boolean;
}

/**
 * The runs of threads that this instance has accepted. It begins each run at its turn, and writes its states
 * to the log of the thread. In the whole cluster, only one run of a thread is active at a time.
 */
export class ThreadRuns {
  readonly #logger = new Logger('ThreadRuns');
  readonly #held: HeldRuns;
  readonly #reports: RunReports;

  constructor(private readonly context: ThreadRunsContext) {
    const { log, cluster, places } = context;
    this.#reports = new RunReports(log, cluster.instanceId);
    this.#held = new HeldRuns({ log, places, holds: cluster.holds }, (threadId) =>
      this.#advance(threadId),
    );
    context.agents.onRegistered((agent) =>
      context.sources.register(agent.name, (input, executionId) =>
        this.#sourceOf(agent, input, executionId),
      ),
    );
  }

  /**
   * Starts a run, or queues it.
   *
   * @throws StreamingError those of `decideStart`, `CHECKPOINT_NOT_FOUND`, `UNSUPPORTED_BY_AGENT`, and those
   * of `StreamingService.start`
   */
  async start(run: RunRequest): Promise<StartedRun> {
    const { threadId, executionId } = run;
    const decision = await this.#decide(run).catch((error: unknown) => {
      this.#held.drop(executionId);
      throw error;
    });
    if (decision.kind === 'known') {
      this.#held.drop(executionId);
      return { created: false, queued: decision.queued };
    }
    await this.#held.confirm(run);
    if (decision.kind === 'begin') {
      await this.#begin(run, decision.place, false);
      return { created: true, queued: false };
    }
    await this.#held.await(threadId);
    if (decision.cancel !== undefined) this.#cancel(decision.cancel);
    return { created: true, queued: true };
  }

  async #decide(run: RunRequest): Promise<StartDecision> {
    const { log, cluster, lost, maxQueuedPerThread, maxRunsPerPrincipal } = this.context;
    const { threadId, principal } = run;
    await lost.settle(threadId);
    const held = await this.#held.take(run);
    // While authentication is off everybody is the same principal.
    const isFull = principal !== ANONYMOUS && held > maxRunsPerPrincipal;
    const limits = { instance: cluster.instanceId, maxQueuedPerThread, isFull };
    return log.change(threadId, (data) => decideStart(data, run, limits));
  }

  /**
   * Marks a thread as deleted, which prevents further runs, and cancels its runs. Resolves when all have ended.
   *
   * @param onlyIfMarked - do nothing if the thread is not marked yet
   * @returns the marked thread; undefined if nothing was done
   * @throws StreamingError `THREAD_NOT_FOUND`, `LOG_UNAVAILABLE`
   */
  async stopAll(threadId: string, onlyIfMarked: boolean): Promise<MarkedThread | undefined> {
    const { log, lost } = this.context;
    await lost.settle(threadId);
    const stopped = await log.change<Stopped | undefined>(threadId, (data, { epoch }) => {
      if (onlyIfMarked && !data.isDeleted) return { result: undefined };
      const queued = data.runs.filter(({ state }) => state === 'queued');
      const rest = withoutRuns(
        { ...data, isDeleted: true },
        queued.map(({ executionId }) => executionId),
      );
      const drafts = queued.map(({ executionId }) =>
        threadUpdate('run:end', { executionId, state: 'cancelled', reason: DELETED }),
      );
      const executionIds = [...data.recent, ...data.runs.map(({ executionId }) => executionId)];
      const active = rest.runs.map(({ executionId }) => executionId);
      return { data: rest, drafts, result: { active, marked: { threadId, epoch, executionIds } } };
    });
    if (!stopped) return undefined;
    for (const executionId of stopped.active) this.#cancel(executionId, DELETED);
    await log.until(threadId, ({ runs }) => runs.length === 0, STOP_TIMEOUT_MS);
    return stopped.marked;
  }

  /**
   * Begins a run whose turn it is.
   *
   * @param isTold - whether the log of the thread already has the run, because it waited
   */
  async #begin(run: RunRequest, place: StartPlace, isTold: boolean): Promise<void> {
    const { streaming, executions } = this.context;
    const { executionId, owner } = run;
    const { from } = place;
    try {
      const point = await StartingPoint.prepare(run, from);
      const source = new RunSource(run, run.checkpointId ?? from ?? undefined, {
        interrupted: (interrupts) => this.#reports.interrupted(run, interrupts),
        answered: (response) => this.#reports.answered(run, response),
      });
      const { opened } = streaming.run(source, {
        executionId,
        owner,
        start: factsOf(run),
        resumable: toResumable(run),
      });
      const execution = executions.get(executionId);
      await opened;
      const begun = this.#begun(run, point).catch((error: unknown) => this.#report(run, error));
      void this.#follow(run, execution, source, begun, point);
      await begun;
    } catch (error) {
      await this.#abandon(run, place, isTold);
      throw error;
    }
  }

  async #begun(run: RunRequest, point: StartingPoint): Promise<void> {
    const reason = await this.#reports.begun(run, point);
    // A cancellation came before the run could be cancelled.
    if (reason !== undefined) this.#cancel(run.executionId, reason);
  }

  /**
   * Waits until a run has ended and its source has stopped.
   *
   * @param execution - the execution of the run, from a moment when its source had not stopped yet
   */
  async #follow(
    run: RunRequest,
    execution: KnownExecution | undefined,
    source: RunSource,
    begun: Promise<unknown>,
    point?: StartingPoint,
  ): Promise<void> {
    const { executionId, threadId } = run;
    if (!(execution instanceof Execution)) return;
    const ended = await execution.done.then(endOf, (): RunEnd => ({ state: 'failed' }));
    await execution.settled();
    // The run waits or continues in another instance.
    if (execution.hold.left) {
      this.#held.release(executionId);
      return;
    }
    const interrupts = ended.state === 'completed' ? source.open : [];
    await begun;
    const from = await point?.nextFrom().catch(() => undefined);
    await this.#reports
      .ended(run, { ...ended, interrupts, from })
      .catch((error: unknown) => this.#report(run, error));
    this.#held.release(executionId);
    await this.#advance(threadId);
  }

  /** The source of a run that another instance began, to continue with an answer. */
  #sourceOf(agent: RegisteredAgent, input: unknown, executionId: string): ExecutionSource {
    const run = fromResumable(agent, input as ResumableRun, executionId);
    const source = new RunSource(run, undefined, {
      interrupted: (interrupts) => this.#reports.interrupted(run, interrupts),
      answered: async (response) => {
        await this.#held.confirm(run);
        const execution = this.context.executions.get(executionId);
        void this.#follow(run, execution, source, Promise.resolve());
        await this.#reports.answered(run, response);
      },
    });
    return source;
  }

  /** Handles a run that could not begin. The next run may begin. */
  async #abandon(run: RunRequest, place: StartPlace, isTold: boolean): Promise<void> {
    this.#held.release(run.executionId);
    await this.#reports
      .abandoned(run, place, isTold)
      .catch((error: unknown) => this.#report(run, error));
    await this.#advance(run.threadId);
  }

  /** Begins the next run of a thread, if it may begin and this instance has accepted it. */
  async #advance(threadId: string): Promise<void> {
    const { log } = this.context;
    try {
      const next = await log.change(threadId, (data) => {
        const [first] = data.runs;
        const run = first?.state === 'queued' ? this.#held.get(first.executionId) : undefined;
        if (!run) return { result: undefined };
        const start = run.checkpointId ?? data.from;
        const { from, ...rest } = withRun(data, run.executionId, {
          state: 'running',
          ...(start !== undefined && { from: start }),
        });
        return { data: { ...rest, agent: run.agent.name }, result: { run, from } };
      });
      if (next) await this.#begin(next.run, { from: next.from }, true);
    } catch (error) {
      if (!isGone(error))
        this.#logger.error('A run of a thread could not begin', describeError(error));
    }
  }

  /** Cancels a run as soon as the log and the instance of the run can be reached. It may have ended already. */
  #cancel(executionId: string, reason = REPLACED): void {
    untilAvailable(() => this.context.control.cancel(executionId, reason), isAway).catch(noop);
  }

  #report({ executionId }: RunRequest, error: unknown): void {
    if (!isGone(error))
      this.#logger.error(
        `The thread of execution ${executionId} could not be updated`,
        describeError(error),
      );
  }
}

interface Stopped {
  readonly active: readonly string[];
  readonly marked: MarkedThread;
}

/** How long the runs of a deleted thread may take to end, in milliseconds. */
const STOP_TIMEOUT_MS = 10_000;

/** The facts about the start of the run, for its viewers. */
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

function noop(): void {}
