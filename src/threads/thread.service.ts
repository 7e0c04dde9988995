import { randomUUID } from 'node:crypto';
import { ownerOf, type Principal } from '../access/principal.js';
import type { SharedLimits } from '../access/rate-limit/shared-limits.js';
import { parseInput } from '../agents/agent-input.js';
import type { AgentRegistry, RegisteredAgent } from '../agents/agent-registry.js';
import type { HeldExecutions } from '../cluster/held-executions.js';
import type { ThreadStore } from '../cluster/thread-store.js';
import { StreamingError } from '../errors/streaming.error.js';
import type { AbandonedEvents } from '../executions/abandoned-events.js';
import { currentExecution } from '../executions/ambient-execution.js';
import { soon } from '../log/soon.js';
import type { ChannelInfo } from '../log/stream-log.js';
import type { ResolvedStreamingOptions } from '../options/resolved-options.js';
import type { ChannelOwner } from '../protocol/channel.js';
import type {
  GetThreadHistoryPayload,
  ListThreadsPayload,
  StartExecutionAnswer,
  StartExecutionPayload,
  ThreadAnswer,
  ThreadHistoryAnswer,
  ThreadListAnswer,
  UpdateThreadAnswer,
  UpdateThreadPayload,
} from '../protocol/thread-messages.js';
import type { InterruptResponse } from '../protocol/interrupt-request.js';
import { requireCheckpoints } from './require-checkpoints.js';
import { RunCancellation } from './run-cancellation.js';
import type { RunRequest } from './run-request.js';
import { idsOfStart } from './start-key.js';
import { StartLimiter } from './start-limiter.js';
import { threadDataOf } from './thread-data.js';
import { threadNotFound, type ThreadLog } from './thread-log.js';
import { ThreadDeletion } from './thread-deletion.js';
import { ThreadDirectory } from './thread-directory.js';
import { ThreadRemoval } from './thread-removal.js';
import type { ThreadRuns } from './thread-runs.js';
import { ThreadViews } from './thread-views.js';

/** A request to start an agent: the payload of `start_execution` without `follow`, which only clients use. */
export type StartRequest = Omit<StartExecutionPayload, 'follow'>;

/** The answer to a start: the ids of the run and its thread, and whether the run is new and queued. */
export type StartAnswer = Omit<StartExecutionAnswer, 'subscription'>;

/** The services and options that `ThreadService` uses. */
export interface ThreadServiceContext {
  readonly agents: AgentRegistry;
  readonly log: ThreadLog;
  readonly runs: ThreadRuns;
  readonly store: ThreadStore;
  readonly limits: SharedLimits;
  readonly options: ResolvedStreamingOptions['agents'];
  /** Keeps the threads that this instance deletes. */
  readonly holds: HeldExecutions;
  /** Tells what dead instances held. */
  readonly abandoned: AbandonedEvents;
  /** Deletes the log of a run. */
  readonly forgetRun: (executionId: string) => Promise<void>;
}

/**
 * Starts agents, and manages their threads. The gateway asks the access policy before it calls this service.
 * Calls from your own code are trusted: the policy is not asked.
 *
 * ```ts
 * const { executionId, threadId } = await threads.start({ agent: 'support', input }, principal);
 * ```
 *
 * @publicApi
 */
export class ThreadService {
  readonly #starts: StartLimiter;
  readonly #views: ThreadViews;
  readonly #deletion: ThreadDeletion;
  readonly #directory: ThreadDirectory;
  readonly #cancellation: RunCancellation;

  /** @internal */
  constructor(private readonly context: ThreadServiceContext) {
    this.#starts = new StartLimiter(context.limits, context.options);
    this.#cancellation = new RunCancellation(context.log);
    const removal = new ThreadRemoval(context);
    this.#directory = new ThreadDirectory({ ...context, removal });
    this.#views = new ThreadViews({ ...context, directory: this.#directory });
    this.#deletion = new ThreadDeletion({ ...context, removal, directory: this.#directory });
  }

  /**
   * Starts a run of an agent in a new thread, or in an existing one if the request has a `threadId`.
   *
   * @param principal - the principal that starts it
   * @param owner - the owner of the thread; by default the principal
   * @throws StreamingError `AGENT_NOT_FOUND`; `THREAD_NOT_FOUND` if the thread has another owner;
   * `INVALID_PAYLOAD` with `issues`; `CHECKPOINT_NOT_FOUND`; `UNSUPPORTED_BY_AGENT` if the request needs
   * checkpoints and the agent has none; `THREAD_BUSY`; `LIMIT_EXCEEDED`; `RATE_LIMITED`; `SERVER_SHUTDOWN`
   */
  async start(
    request: StartRequest,
    principal: Principal,
    owner: ChannelOwner = ownerOf(principal),
  ): Promise<StartAnswer> {
    const agent = this.context.agents.get(request.agent);
    await this.#starts.count(principal);
    const input = await this.#parseInput(agent, request);
    const { checkpointId, metadata = {} } = request;
    const { multitask = 'enqueue', onInterrupt = agent.options.onInterrupt ?? 'wait' } = request;
    if (multitask === 'rollback' || checkpointId !== undefined || onInterrupt === 'end')
      requireCheckpoints(agent);
    const { store, options } = this.context;
    const ids = await idsOfStart(request, principal, store, options.keyRetentionMs);
    const parent = currentExecution()?.execution.executionId;
    return this.#run({
      agent,
      owner,
      principal,
      input,
      checkpointId,
      multitask,
      onInterrupt,
      metadata,
      parentExecutionId: parent,
      ...ids,
    });
  }

  /**
   * Answers the questions that a run left open when it ended. The next run of the thread continues with the
   * answers. The first valid answer wins.
   *
   * @returns the id of the run that continues
   * @throws StreamingError `THREAD_NOT_FOUND`, `EXECUTION_NOT_INTERRUPTED`, and the codes of {@link start}
   */
  async answer(
    { threadId, executionId }: { readonly threadId: string; readonly executionId: string },
    response: InterruptResponse,
    principal: Principal,
  ): Promise<string> {
    const info = await this.find(threadId);
    const { agent: name } = info ? threadDataOf(info) : {};
    if (!info?.owner || name === undefined) throw threadNotFound();
    const agent = this.context.agents.get(name);
    requireCheckpoints(agent);
    const { executionId: next } = await this.#run({
      executionId: randomUUID(),
      threadId,
      agent,
      owner: info.owner,
      principal,
      input: undefined,
      multitask: 'reject',
      onInterrupt: 'end',
      metadata: {},
      resume: { executionId, response },
    });
    return next;
  }

  /** The questions that a run of a thread left open when it ended, if nobody has answered them yet. */
  async endedWith(
    threadId: string,
    executionId: string,
  ): Promise<Pick<ChannelInfo, 'owner' | 'interrupts'> | undefined> {
    const info = await this.find(threadId);
    const { open } = info ? threadDataOf(info) : {};
    if (!info || open?.executionId !== executionId) return undefined;
    return { ...(info.owner && { owner: info.owner }), interrupts: open.interrupts };
  }

  /** Describes the log of a thread; undefined if there is no such thread. */
  find(threadId: string): Promise<ChannelInfo | undefined> {
    return this.#directory.find(threadId);
  }

  /**
   * Describes the log of a thread. If the thread has no log yet, opens one for the owner.
   *
   * @throws StreamingError `THREAD_NOT_FOUND` if the thread has another owner
   */
  open(threadId: string, owner: ChannelOwner): Promise<ChannelInfo> {
    return this.#directory.open(threadId, owner);
  }

  /**
   * Makes a thread of a conversation that only the agent's checkpointer has, and gives it an owner. Use it
   * for conversations that your own code ran with the graph. Before this call, clients cannot use the id.
   *
   * @throws StreamingError `AGENT_NOT_FOUND`, `THREAD_NOT_FOUND` if the thread has another owner,
   * `LIMIT_EXCEEDED`
   */
  async adopt(threadId: string, agent: string, owner: ChannelOwner): Promise<void> {
    const { name } = this.context.agents.get(agent);
    await this.#directory.within({ threadId, owner, agent: name }, async () => undefined);
  }

  /** @throws StreamingError `THREAD_NOT_FOUND` for a conversation that {@link adopt} must add first @internal */
  requireKnown(threadId: string, agent: string): Promise<void> {
    return this.#directory.requireKnown(threadId, agent);
  }

  /** Deletes the log of a thread if no agent has run in the thread. */
  forgetUnused(threadId: string): Promise<void> {
    return this.#directory.forgetUnused(threadId);
  }

  /**
   * Cancels a run that is queued. If the run is about to begin, waits until it has begun: then it can be cancelled as
   * an execution.
   *
   * @returns whether the run was queued
   * @throws StreamingError `INSTANCE_UNREACHABLE`, `LOG_UNAVAILABLE`
   */
  async cancelWaiting(threadId: string, executionId: string, reason?: string): Promise<boolean> {
    const info = await soon(this.find(threadId));
    const isThere = info && threadDataOf(info).runs.some((run) => run.executionId === executionId);
    return isThere ? this.#cancellation.cancelWaiting(threadId, executionId, reason) : false;
  }

  /**
   * The state of a thread now: its runs, its messages and its open questions. @throws StreamingError
   * `THREAD_NOT_FOUND`
   */
  async get(threadId: string): Promise<ThreadAnswer> {
    return this.#views.get(await this.#directory.require(threadId));
  }

  /** The checkpoints of a thread. @throws StreamingError `THREAD_NOT_FOUND`, `UNSUPPORTED_BY_AGENT` */
  async history(payload: GetThreadHistoryPayload): Promise<ThreadHistoryAnswer> {
    return this.#views.history(await this.#directory.require(payload.threadId), payload);
  }

  /** The threads of an owner, newest first. @throws StreamingError `INVALID_PAYLOAD` for an invalid `cursor` */
  list(owner: ChannelOwner, payload: ListThreadsPayload = {}): Promise<ThreadListAnswer> {
    return this.#views.list(owner, payload);
  }

  /**
   * Changes the title and the metadata of a thread, or writes into its state. Before its first run, a thread has a
   * title and metadata, but no state.
   *
   * @throws StreamingError `THREAD_NOT_FOUND`, `UNSUPPORTED_BY_AGENT`, `CHECKPOINT_NOT_FOUND`, `LIMIT_EXCEEDED`, and
   * `THREAD_BUSY` if the state is edited while a run is active
   */
  async update(payload: UpdateThreadPayload): Promise<UpdateThreadAnswer> {
    return this.#views.update(await this.#directory.require(payload.threadId), payload);
  }

  /**
   * Cancels the runs of a thread, and deletes the thread: its log, the logs of its runs, and the data that
   * its agent keeps. If the agent cannot delete its data, the thread stays. If the deletion is interrupted, the
   * thread is hidden; a repeated call finishes the deletion.
   *
   * @throws StreamingError `THREAD_NOT_FOUND`, `UNSUPPORTED_BY_AGENT`, `AGENT_NOT_FOUND`, `LOG_UNAVAILABLE`, and
   * what the agent throws
   */
  delete(threadId: string): Promise<void> {
    return this.#deletion.delete(threadId);
  }

  async #run(run: RunRequest): Promise<StartAnswer> {
    const { store, runs } = this.context;
    const { threadId, executionId, owner, agent, checkpointId } = run;
    // The thread is kept before its run begins. So a deletion in between finds the thread and its run.
    return this.#directory.within({ threadId, owner, agent: agent.name }, async (isNew) => {
      if (checkpointId !== undefined) await requireCheckpoint(agent, threadId, checkpointId);
      const started = await runs.start(run);
      if (started.created && !isNew) await store.update(threadId, { updatedAt: Date.now() });
      return { executionId, threadId, ...started };
    });
  }

  /** A fork may continue without an input. */
  async #parseInput(
    { agent }: RegisteredAgent,
    { input, checkpointId }: StartRequest,
  ): Promise<unknown> {
    if (input === undefined && checkpointId !== undefined) return undefined;
    return parseInput(input, agent.inputSchema, this.context.options);
  }
}

async function requireCheckpoint(
  agent: RegisteredAgent,
  threadId: string,
  checkpointId: string,
): Promise<void> {
  if (await requireCheckpoints(agent).get(threadId, checkpointId)) return;
  throw new StreamingError('CHECKPOINT_NOT_FOUND', 'The thread has no such checkpoint.');
}
