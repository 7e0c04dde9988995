import { Inject, Injectable } from '@nestjs/common';
import { defer, switchMap, type Observable } from 'rxjs';
import { driveExecution } from './executions/drive-execution.js';
import { emitInto, type SentOptions } from './executions/emit-into.js';
import { verbsOf, type Emitter } from './executions/emitter.js';
import { ExecutionControl } from './executions/execution-control.js';
import type { Execution, ExecutionResult } from './executions/execution.js';
import { ExecutionRegistry, type OpenExecutionOptions } from './executions/execution-registry.js';
import { ExecutionReservations, type ReserveOptions } from './executions/execution-reservations.js';
import { OwnerAdvice } from './executions/owner-advice.js';
import { requireReserveOptions, requireRunOptions } from './executions/run-options.js';
import { followChannel, type FollowOptions } from './log/follow-channel.js';
import { draftUpdate } from './log/log-entry.js';
import { followAsObservable } from './log/follow-as-observable.js';
import type { StreamLog } from './log/stream-log.js';
import { STREAM_LOG } from './options/tokens.js';
import { executionChannel, roomChannel } from './protocol/channel.js';
import type { ExecutionStatus } from './protocol/client-events.js';
import type { StreamEventName } from './protocol/stream-event-type.js';
import type { StreamUpdate, StreamUpdateData } from './protocol/stream-update.js';
import type { InterruptResponse } from './protocol/interrupt-request.js';
import { toExecutionSource } from './sources/to-execution-source.js';
import type { StreamSource } from './sources/stream-source.js';

/** Options of {@link StreamingService.run}. */
export interface RunOptions extends OpenExecutionOptions {
  /** Cancels the execution when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

/** A started execution, into which you can emit updates from outside of its source. */
export interface ExecutionHandle extends Emitter {
  /** The id of the execution, for viewers and for the methods of `StreamingService`. */
  readonly executionId: string;
  /**
   * Resolves when the id is claimed in the log, just before the source begins its work. From then on viewers
   * can follow the execution on every instance. It rejects with `EXECUTION_EXISTS` or `LOG_UNAVAILABLE`; then
   * the source never runs. You may leave the rejection unhandled.
   */
  readonly opened: Promise<void>;
  /**
   * Settles when the execution has ended and all its updates are in the log. It resolves if the execution
   * completed or was cancelled. It rejects with the source's own error if the execution failed. You may leave
   * the rejection unhandled.
   */
  readonly done: Promise<ExecutionResult>;
  /** Cancels the execution: its signal aborts, and viewers get `workflow:cancel` with the reason. */
  cancel(reason?: string): Promise<void>;
}

/**
 * Runs sources, and streams their updates to the viewers who may see them. An execution continues when its
 * viewers leave. Only `cancel` stops it.
 *
 * ```ts
 * const { executionId } = streaming.run(langGraph(graph, input), { owner: { principalId: user.id } });
 * ```
 *
 * @publicApi
 */
@Injectable()
export class StreamingService {
  constructor(
    private readonly executions: ExecutionRegistry,
    @Inject(STREAM_LOG) private readonly log: StreamLog,
    private readonly control: ExecutionControl,
    private readonly reservations: ExecutionReservations,
    private readonly ownerAdvice: OwnerAdvice,
  ) {}

  /**
   * Starts an execution. It resolves when the id of the execution is claimed in the log. From then on viewers
   * can follow the execution on every instance, and the source begins its work.
   *
   * ```ts
   * const { executionId } = await streaming.start(langGraph(graph, input), { owner });
   * ```
   *
   * @throws StreamingError the codes of {@link run}; `EXECUTION_EXISTS` also if another instance has an
   * execution with the id; `EXECUTION_NOT_ACTIVE` if the id was reserved and then cancelled;
   * `LOG_UNAVAILABLE`
   */
  async start(source: StreamSource, options: RunOptions = {}): Promise<ExecutionHandle> {
    const handle = this.run(source, options);
    await handle.opened;
    return handle;
  }

  /**
   * Starts an execution and returns immediately. To learn if it could start, use {@link start}, or await
   * `opened` of the handle.
   *
   * @param source - a graph (`langGraph(…)`), an async iterable, an Observable, an async generator,
   * or a function of an {@link ExecutionContext}
   * @throws StreamingError `UNSUPPORTED_SOURCE` for anything else; `INVALID_OPTIONS` with every fault of the
   * options; `EXECUTION_EXISTS` if this instance has an execution with the id; `SERVER_SHUTDOWN` while the
   * application closes; `LIMIT_EXCEEDED` if `executions.maxActive` executions are active
   */
  run(source: StreamSource, options: RunOptions = {}): ExecutionHandle {
    requireRunOptions(options);
    const { signal, ...opening } = options;
    const executionSource = toExecutionSource(source);
    const execution = this.executions.open(opening);
    this.ownerAdvice.consider(execution.executionId, opening);
    const cancel = (reason?: string): Promise<void> => execution.cancel(reason);
    driveExecution(this.executions, execution, executionSource);
    if (signal) cancelOnAbort(execution, signal);
    const { executionId, opened, done } = execution;
    return { executionId, opened, done, cancel, ...verbsOf(execution.context) };
  }

  /**
   * Reserves an id for an execution that another instance will start, such as a worker of a queue. The
   * execution is `queued`: viewers can already follow and cancel it. The instance that starts it passes
   * `onExists: 'adopt'`. The execution keeps the owner that you give here.
   *
   * ```ts
   * await streaming.reserve(job.id, { owner: { principalId: user.id } });
   * // in the worker
   * await streaming.start(source, { executionId: job.id, onExists: 'adopt' });
   * ```
   *
   * @throws StreamingError `EXECUTION_EXISTS`, `INVALID_OPTIONS`, `SERVER_SHUTDOWN`, `LOG_UNAVAILABLE`
   */
  async reserve(executionId: string, options: ReserveOptions = {}): Promise<void> {
    requireReserveOptions(options);
    await this.reservations.reserve(executionId, options);
  }

  /**
   * The state of an execution that this instance runs, or ran until recently; otherwise undefined. For any
   * instance, use {@link status}.
   */
  get(executionId: string): ExecutionStatus | undefined {
    const execution = this.executions.get(executionId);
    return execution?.hold.isGuest ? undefined : execution?.status;
  }

  /**
   * Resolves when an execution of this instance can be followed. If this instance has not started one with
   * the id, it resolves immediately.
   */
  async opened(executionId: string): Promise<void> {
    await this.executions.get(executionId)?.opened.catch(() => undefined);
  }

  /** Calls `listener` with the id of each execution that this instance opens. @internal */
  onOpened(listener: (executionId: string) => void): void {
    this.executions.onOpened(listener);
  }

  /**
   * The state of an execution on any instance, with its open questions; undefined if there is no such
   * execution.
   *
   * @throws StreamingError `LOG_UNAVAILABLE`
   */
  status(executionId: string): Promise<ExecutionStatus | undefined> {
    return this.control.status(executionId);
  }

  /**
   * Cancels an execution on any instance: its signal aborts, and viewers get `workflow:cancel` with the
   * reason.
   *
   * @throws StreamingError `EXECUTION_NOT_FOUND`; `EXECUTION_NOT_ACTIVE` if it has ended;
   * `INSTANCE_UNREACHABLE` if the instance that runs it does not answer; `LOG_UNAVAILABLE` if the log does not answer
   * soon. An execution of this instance stops in any case
   */
  cancel(executionId: string, reason?: string): Promise<void> {
    return this.control.cancel(executionId, reason);
  }

  /**
   * Answers an interrupt on any instance, and the execution continues. The first valid answer wins.
   *
   * @throws StreamingError `EXECUTION_NOT_FOUND`; `EXECUTION_NOT_ACTIVE` if it has ended;
   * `EXECUTION_NOT_INTERRUPTED` if it does not wait for this answer; `INSTANCE_UNREACHABLE` if the instance
   * that runs it does not answer; `LOG_UNAVAILABLE` if the log does not answer soon
   */
  respond(executionId: string, response: InterruptResponse): Promise<void> {
    return this.control.respond(executionId, response);
  }

  /**
   * Follows an execution in this process. It yields the updates after `cursor`, by default from the start,
   * then new updates until the execution ends. If there is no such execution, it ends immediately. The access
   * policy is not asked.
   */
  async *follow(
    executionId: string,
    options: FollowOptions = {},
  ): AsyncGenerator<StreamUpdate, void> {
    await this.opened(executionId);
    const channel = executionChannel(executionId);
    for await (const entry of followChannel(this.log, channel, this.#untilClosing(options)))
      yield entry.update;
  }

  /** Follows an execution in this process, as {@link follow} does, but returns an Observable. */
  observe(executionId: string, options: FollowOptions = {}): Observable<StreamUpdate> {
    const channel = executionChannel(executionId);
    const updates = followAsObservable(this.log, channel, this.#untilClosing(options));
    return defer(() => this.opened(executionId)).pipe(switchMap(() => updates));
  }

  /**
   * Emits an update into a running execution by its id, from code that does not run inside it. Any instance
   * may run the execution.
   *
   * ```ts
   * await streaming.emit(payment.executionId, 'events', { kind: 'paid' });
   * ```
   *
   * @returns resolves when the update is in the log; rejects with `EXECUTION_NOT_ACTIVE` if there is no such
   * execution, or if it has ended. You may leave the rejection unhandled.
   * @throws StreamingError the codes of `Emitter.emit`
   */
  emit<TType extends StreamEventName>(
    executionId: string,
    type: TType,
    data: StreamUpdateData<TType>,
    options: SentOptions = {},
  ): Promise<void> {
    return emitInto(this.executions, this.log, executionId, { ...options, type, data });
  }

  /**
   * Emits an update to everybody in a room, from code that does not run inside an execution.
   *
   * ```ts
   * await streaming.publish('lobby', 'events', { text: 'Hello' });
   * ```
   *
   * @returns resolves when the update is in the log of the room
   * @throws StreamingError `UPDATE_NOT_SERIALIZABLE` for data that cannot be JSON, `INVALID_PAYLOAD` for a
   * type that the protocol does not have, or `LOG_UNAVAILABLE`
   */
  async publish<TType extends StreamEventName>(
    roomId: string,
    type: TType,
    data: StreamUpdateData<TType>,
    options: SentOptions = {},
  ): Promise<void> {
    const draft = draftUpdate({ ...options, type, data });
    await this.log.append(roomChannel(roomId), [draft], { create: true });
  }

  /** Ends followers before the server closes: an open response would keep the server from closing. */
  #untilClosing(options: FollowOptions): FollowOptions {
    const { followersSignal: closing } = this.executions;
    const signal = options.signal ? AbortSignal.any([options.signal, closing]) : closing;
    return { ...options, signal };
  }
}

function cancelOnAbort(execution: Execution, signal: AbortSignal): void {
  const cancel = (): void => void execution.cancel('The caller cancelled.');
  if (signal.aborted) cancel();
  else signal.addEventListener('abort', cancel, { once: true });
  const forget = (): void => signal.removeEventListener('abort', cancel);
  void execution.done.then(forget, forget);
}
