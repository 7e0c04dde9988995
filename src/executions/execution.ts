import { Logger } from '@nestjs/common';
import { describeError } from '../errors/describe-error.js';
import { SAFE_ERROR } from '../errors/safe-error.js';
import { StreamingError } from '../errors/streaming.error.js';
import { draftUpdate } from '../log/log-entry.js';
import type { ChannelAttributes, StreamLog } from '../log/stream-log.js';
import type { Channel, ChannelOwner } from '../protocol/channel.js';
import type { ExecutionStatus } from '../protocol/client-events.js';
import { isTerminalState, type ExecutionState } from '../protocol/execution-state.js';
import { StreamEventType, type StreamEventName } from '../protocol/stream-event-type.js';
import { isReservedEvent } from '../protocol/thread-event-name.js';
import type { ExecutionStateData, InterruptRequest } from '../protocol/stream-update.js';
import { deferred } from '../common/deferred.js';
import { unwritten } from './abandoned.js';
import { isRefusedClaim, type ClaimedExecution } from './execution-claim.js';
import { ExecutionOutput } from './execution-output.js';
import type { EmitOptions, ExecutionContext, InterruptResponse } from './execution-source.js';
import type { ExecutionSettings } from './execution-settings.js';
import { readMessagePart, type JoinedOptions } from './joining/message-part.js';
import { guardedAbortController } from './guarded-abort.js';
import { clampPercent, requireNumber, requireText } from './require-values.js';
import { answeredInterrupts, notInterrupted, PendingInterrupt } from './pending-interrupt.js';
import { boundedPart, boundedRequests, draftBounded, textParts } from './update-bound.js';

/** How an execution ended, other than by failing. */
export type ExecutionResult =
  | { readonly state: 'completed'; readonly result?: unknown }
  | { readonly state: 'cancelled'; readonly reason?: string };

/** How an instance lets go of an execution: it waits for an answer elsewhere, or it was taken over. */
export type ExecutionLeft = 'parked' | 'taken over';

const FAILED = { state: 'failed', error: SAFE_ERROR } as const;

const STATE_UPDATES = {
  completed: StreamEventType.WORKFLOW_END,
  failed: StreamEventType.WORKFLOW_ERROR,
  cancelled: StreamEventType.WORKFLOW_CANCEL,
} as const;

const logger = new Logger('Execution');

/**
 * One execution: its state, and what may be done with it in that state. What a source emits after the
 * execution ended is dropped.
 */
export class Execution {
  readonly startedAt: number;
  /** What a source gets; its functions can be taken apart. */
  readonly context: ExecutionContext;
  /** Settles when the execution has ended and everything it streamed is in the log. */
  readonly done: Promise<ExecutionResult>;
  /**
   * Resolves when its id is claimed in the log, so that it can be followed.
   *
   * @throws StreamingError `EXECUTION_EXISTS`, `LOG_UNAVAILABLE`
   */
  readonly opened: Promise<void>;

  #state: ExecutionState = 'running';
  #endedAt: number | undefined;
  #claimed: ClaimedExecution | undefined;
  #left: ExecutionLeft | undefined;
  #interrupt: PendingInterrupt | undefined;
  readonly #abort = guardedAbortController((error) =>
    logger.error(
      `A listener of the signal of execution ${this.executionId} threw`,
      describeError(error),
    ),
  );
  readonly #output: ExecutionOutput;
  readonly #outcome = deferred<ExecutionResult>();
  /** What its source still does. */
  readonly #work = new Set<Promise<unknown>>();
  /** What was logged last, since several who wait for the log learn of one error. */
  #reported: unknown;

  constructor(
    log: StreamLog,
    private readonly settings: ExecutionSettings,
  ) {
    this.startedAt = settings.takesOver?.openedAt ?? Date.now();
    this.done = this.#outcome.promise;
    // Whoever is interested awaits `done`; nobody must.
    this.done.catch(() => undefined);
    this.#output = new ExecutionOutput(log, settings, {
      onFailure: (error) => this.#logFailed(error),
      // An execution that a room misses updates of has not streamed what it should: it fails.
      onRoomFailure: (error) => this.#stop(error),
      onOverflow: () => this.#overflow(),
    });
    this.opened = this.#output.claimed.then((claimed) => void (this.#claimed = claimed));
    this.opened.catch(() => undefined);
    this.context = Object.freeze({
      executionId: settings.executionId,
      signal: this.#abort.signal,
      maxUpdateBytes: settings.maxUpdateBytes,
      emit: this.emit.bind(this),
      token: this.token.bind(this),
      progress: this.progress.bind(this),
      ready: this.ready.bind(this),
    });
    this.#begin();
  }

  get channel(): Channel {
    return this.#output.channel;
  }

  get executionId(): string {
    return this.settings.executionId;
  }

  get owner(): ChannelOwner | undefined {
    return this.#claimed?.owner ?? this.settings.owner;
  }

  /** The number of its claim in the log; undefined before it is claimed, and for a guest. */
  get fence(): number | undefined {
    const access = this.#claimed?.access;
    return typeof access === 'object' ? access.fence : undefined;
  }

  /** Whether it streams into an execution that another instance runs. */
  get isGuest(): boolean {
    return this.#claimed?.access === 'guest';
  }

  /** Whether other instances can go on with it while it waits for an answer. */
  get isResumable(): boolean {
    return this.settings.resumable !== undefined;
  }

  /** How this instance let go of it, if it did. */
  get left(): ExecutionLeft | undefined {
    return this.#left;
  }

  /** Lets {@link settled} wait for a part of its source's work. */
  track(work: Promise<unknown>): void {
    const over = (): void => void this.#work.delete(work);
    this.#work.add(work);
    work.then(over, over);
  }

  /**
   * Resolves when the execution has ended and its source does nothing more. A source can go on after
   * that end, to clean up.
   */
  async settled(): Promise<void> {
    await this.done.catch(() => undefined);
    while (this.#work.size > 0) await Promise.allSettled(this.#work);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get state(): ExecutionState {
    return this.#state;
  }

  get ended(): boolean {
    return isTerminalState(this.#state);
  }

  get status(): ExecutionStatus {
    const interrupts = this.#interrupt?.requests;
    return {
      executionId: this.executionId,
      state: this.#state,
      startedAt: this.startedAt,
      ...(this.#endedAt === undefined ? {} : { endedAt: this.#endedAt }),
      ...(interrupts ? { interrupts } : {}),
    };
  }

  emit(type: StreamEventName, data: unknown, options: EmitOptions = {}): void {
    if (isReservedEvent(type)) {
      throw new StreamingError(
        'RESERVED_EVENT_TYPE',
        `Only the execution itself announces "${type}"; emit another type, such as "events".`,
      );
    }
    const part = type === StreamEventType.MESSAGES ? readMessagePart(data) : undefined;
    if (part) return this.token(part.content, { ...options, ...part.options });
    if (this.ended) return;
    // Encoded before what waits is flushed, so that an update that cannot be sent disturbs nothing.
    const draft = draftBounded({ ...options, type, data }, this.settings.maxUpdateBytes);
    this.#output.emit(draft, options);
  }

  token(content: string, options: JoinedOptions = {}): void {
    requireText(content);
    for (const part of textParts(content, this.settings.maxUpdateBytes)) {
      if (!this.ended) this.#output.token(part, options);
    }
  }

  progress(progress: number, message?: string, options?: EmitOptions): void {
    const percent = clampPercent(requireNumber(progress));
    this.emit(
      StreamEventType.PROGRESS,
      message === undefined ? { progress: percent } : { progress: percent, message },
      options,
    );
  }

  /** Whether {@link ready} makes a source wait until the log keeps up. */
  get isBehind(): boolean {
    return this.#output.isBehind;
  }

  ready(): Promise<void> {
    return this.#output.ready();
  }

  /** Sends the tokens that wait to be joined, of one node or of all, and resolves when they are in the log. */
  async flush(nodeId?: string): Promise<void> {
    this.#output.flush(nodeId);
    await this.written();
  }

  /** Resolves when everything that went out so far is in the log. @throws what the log threw */
  written(): Promise<void> {
    return this.#output.written();
  }

  /**
   * @param open - questions that stay open
   * @throws StreamingError `UPDATE_NOT_SERIALIZABLE` when a result that viewers get cannot be sent
   */
  complete(result?: unknown, open?: readonly InterruptRequest[]): Promise<void> {
    const { publishResult, maxUpdateBytes } = this.settings;
    const isPublished = publishResult && result !== undefined;
    const published = isPublished ? { result: boundedPart(result, maxUpdateBytes) } : {};
    const interrupts = open ? { interrupts: boundedRequests(open, maxUpdateBytes) } : {};
    return this.#end({ state: 'completed', ...published, ...interrupts }, () =>
      this.#outcome.resolve(
        result === undefined ? { state: 'completed' } : { state: 'completed', result },
      ),
    );
  }

  /** @param error - goes to `done`; viewers get a safe message */
  fail(error: unknown): Promise<void> {
    return this.#end(FAILED, () => this.#outcome.reject(error));
  }

  /** Ends every viewer's stream as cancelled and aborts {@link signal}. */
  async cancel(reason?: string): Promise<void> {
    if (this.ended) return;
    const because = reason === undefined ? {} : { reason };
    const ending = this.#end({ state: 'cancelled', ...because }, () =>
      this.#outcome.resolve({ state: 'cancelled', ...because }),
    );
    this.#abort.abort(new DOMException(reason ?? 'The execution was cancelled.', 'AbortError'));
    await ending;
  }

  /**
   * Lets go of the execution: it waits elsewhere, or another instance took it over. Its source stops, and
   * nothing more is written.
   */
  leave(how: ExecutionLeft, error: StreamingError): void {
    if (this.ended) return;
    this.#left = how;
    this.#settleAs('failed');
    this.#outcome.reject(error);
    this.#abort.abort(error);
    this.#output.close();
  }

  /**
   * Waits for a viewer's answer.
   *
   * @returns the answer, or undefined when the execution ended instead
   */
  async interrupted(requests: readonly InterruptRequest[]): Promise<InterruptResponse | undefined> {
    if (this.ended) return undefined;
    const { interruptTimeoutMs, maxUpdateBytes } = this.settings;
    const interrupts = boundedRequests(requests, maxUpdateBytes);
    this.#interrupt = new PendingInterrupt(interrupts, interruptTimeoutMs, () => {
      void this.cancel('The interrupt was not answered in time.');
    });
    this.#state = 'interrupted';
    const waitsUntil = Date.now() + interruptTimeoutMs;
    this.#announce(StreamEventType.INTERRUPT, { state: 'interrupted', interrupts }, { waitsUntil });
    const response = await this.#interrupt.response;
    this.#interrupt = undefined;
    if (!response || this.ended) return undefined;
    this.#state = 'running';
    const answered = answeredInterrupts(response, interrupts);
    this.#announce(StreamEventType.WORKFLOW_RESUME, { state: 'running', answered });
    return response;
  }

  /**
   * Answers the interrupt. The first valid answer wins.
   *
   * @throws StreamingError `EXECUTION_NOT_INTERRUPTED` when it does not wait for this answer
   */
  respond(response: InterruptResponse): void {
    if (!this.#interrupt?.answer(response)) throw notInterrupted();
  }

  /** Tells how the execution came to be, or that it goes on here. */
  #begin(): void {
    const { takesOver, answered = [], start = {}, maxUpdateBytes } = this.settings;
    const { WORKFLOW_START, WORKFLOW_RESUME } = StreamEventType;
    if (takesOver) {
      this.#announce(WORKFLOW_RESUME, { state: 'running', answered });
      return;
    }
    const { input, ...facts } = start;
    const published = input === undefined ? {} : { input: boundedPart(input, maxUpdateBytes) };
    this.#announce(WORKFLOW_START, { state: 'running', ...facts, ...published });
  }

  #announce(
    type: StreamEventName,
    data: ExecutionStateData,
    attributes: ChannelAttributes = {},
  ): void {
    const { state, interrupts } = data;
    // Whoever asks for the status elsewhere learns of the questions from the log.
    const open = type === StreamEventType.WORKFLOW_RESUME ? [] : interrupts;
    const told = { ...attributes, state, ...(open && { interrupts: open }) };
    this.#output.announce(draftUpdate({ type, data }), told);
  }

  async #end(
    data: ExecutionStateData & { readonly state: keyof typeof STATE_UPDATES },
    settle: () => void,
  ): Promise<void> {
    if (this.ended) return;
    // What cannot be sent leaves the execution as it is; what overflows from here on comes too late.
    const draft = draftUpdate({ type: STATE_UPDATES[data.state], data });
    const { state } = data;
    const withdrawn = this.#interrupt ? { interrupts: [] } : {};
    this.#settleAs(state);
    this.#output.announce(draft, { state, ...withdrawn });
    this.#output.close();
    try {
      await this.#output.end();
      settle();
    } catch (error) {
      this.#report(error);
      this.#outcome.reject(error);
    }
  }

  #settleAs(state: keyof typeof STATE_UPDATES): void {
    this.#state = state;
    this.#endedAt ??= Date.now();
    this.#interrupt?.withdraw();
  }

  /** The source did not wait for the log. */
  #overflow(): void {
    if (this.ended) return;
    const message =
      'The source streamed faster than the log takes it, or one update larger than executions.maxQueuedBytes. Await context.ready(), stream an async iterable, stream smaller pieces, or raise executions.maxQueuedBytes and executions.maxWaitingBytes.';
    this.#stop(new StreamingError('SOURCE_OVERFLOW', message));
  }

  /** Not the source failed, but what it streams into: what came so far is delivered, the work stops. */
  #stop(error: unknown): void {
    this.#report(error);
    if (this.ended) return;
    void this.fail(error);
    this.#abort.abort(error);
  }

  /** The log refused the execution's own updates: the work stops and `done` says why. */
  #logFailed(error: unknown): void {
    if (this.#left) return;
    // Whoever started it learns of a refusal; it is no fault of this server.
    const isRefused = !this.#claimed && isRefusedClaim(error);
    if (isRefused) logger.debug(`Execution ${this.executionId}: ${error.message}`);
    else this.#report(error);
    this.#settleAs('failed');
    this.#output.close();
    this.#outcome.reject(error);
    this.#abort.abort(error);
    void this.#output.abandon(draftUpdate(unwritten(error)), 'failed');
  }

  #report(error: unknown): void {
    if (error === this.#reported) return;
    this.#reported = error;
    logger.error(`Execution ${this.executionId} failed`, describeError(error));
  }
}
