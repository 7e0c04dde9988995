import { StreamingError } from '../errors/streaming.error.js';
import { draftUpdate, type UpdateDraft } from '../log/log-entry.js';
import type { StreamLog } from '../log/stream-log.js';
import { executionChannel, type Channel, type ChannelOwner } from '../protocol/channel.js';
import type { ExecutionStatus } from '../protocol/client-events.js';
import { isTerminalState, type ExecutionState } from '../protocol/execution-state.js';
import {
  isControlEvent,
  StreamEventType,
  type StreamEventName,
} from '../protocol/stream-event-type.js';
import type { ExecutionStateData, InterruptRequest, SafeError } from '../protocol/stream-update.js';
import { deferred } from './deferred.js';
import type {
  EmitOptions,
  ExecutionContext,
  InterruptResponse,
  TokenOptions,
} from './execution-source.js';
import type { ExecutionSettings } from './execution-settings.js';
import { PendingInterrupt } from './pending-interrupt.js';
import { RoomWriters } from './room-writers.js';
import { TokenCoalescer } from './token-coalescer.js';
import { UpdateWriter, type WriterEvents } from './update-writer.js';

/** How an execution ended, other than by failing. */
export type ExecutionResult =
  | { readonly state: 'completed'; readonly result?: unknown }
  | { readonly state: 'cancelled'; readonly reason?: string };

/** Tokens are joined for at least this long while the log is behind, in milliseconds. */
const BEHIND_INTERVAL_MS = 250;

/** What viewers learn of a failure; the real error stays in the process. */
const SAFE_FAILURE: SafeError = { code: 'SOURCE_FAILED', message: 'The execution failed.' };

const STATE_UPDATES = {
  completed: StreamEventType.WORKFLOW_END,
  failed: StreamEventType.WORKFLOW_ERROR,
  cancelled: StreamEventType.WORKFLOW_CANCEL,
} as const;

/**
 * One execution: its state, and the one way by which its updates reach the log. What a source emits
 * after the execution ended is dropped.
 */
export class Execution {
  readonly channel: Channel;
  readonly startedAt = Date.now();
  /** What a source gets; its functions can be taken apart. */
  readonly context: ExecutionContext;
  /** Settles when the execution has ended and everything it streamed is in the log. */
  readonly done: Promise<ExecutionResult>;
  /** Resolves when the channel is in the log. @throws StreamingError `EXECUTION_EXISTS` */
  readonly opened: Promise<void>;

  #state: ExecutionState = 'running';
  #endedAt: number | undefined;
  #interrupt: PendingInterrupt | undefined;
  readonly #abort = new AbortController();
  readonly #writer: UpdateWriter;
  readonly #rooms: RoomWriters;
  readonly #coalescer: TokenCoalescer;
  readonly #outcome = deferred<ExecutionResult>();

  constructor(
    private readonly log: StreamLog,
    private readonly settings: ExecutionSettings,
  ) {
    this.channel = executionChannel(settings.executionId);
    this.done = this.#outcome.promise;
    // Whoever is interested awaits `done`; nobody must.
    this.done.catch(() => undefined);
    this.opened = this.#open();
    const { executionId, flushIntervalMs, flushClock } = settings;
    const events: WriterEvents = {
      onFailure: (error) => this.#logFailed(error),
      onOverflow: () => this.#overflow(),
    };
    this.#writer = new UpdateWriter(log, this.channel, () => this.opened, settings, events);
    this.#rooms = new RoomWriters(log, executionId, settings, events);
    this.#coalescer = new TokenCoalescer(
      () =>
        this.#writer.isFull ? Math.max(BEHIND_INTERVAL_MS, flushIntervalMs()) : flushIntervalMs(),
      (update, { rooms }) => this.#write(draftUpdate(update), rooms),
      flushClock,
    );
    this.context = Object.freeze({
      executionId: settings.executionId,
      signal: this.#abort.signal,
      emit: this.emit.bind(this),
      token: this.token.bind(this),
      progress: this.progress.bind(this),
      ready: this.ready.bind(this),
    });
    this.#announce(StreamEventType.WORKFLOW_START, { state: 'running' });
  }

  get executionId(): string {
    return this.settings.executionId;
  }

  get owner(): ChannelOwner | undefined {
    return this.settings.owner;
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

  emit(
    type: StreamEventName,
    data: unknown,
    { nodeId, metadata, targets, rooms }: EmitOptions = {},
  ): void {
    if (isControlEvent(type)) {
      throw new StreamingError(
        'RESERVED_EVENT_TYPE',
        `Only the execution itself announces "${type}"; emit another type, such as "events".`,
      );
    }
    if (this.ended) return;
    // Encoded before what waits is flushed, so that an update that cannot be sent disturbs nothing.
    const draft = draftUpdate({ type, data, nodeId, metadata, targets });
    this.#coalescer.flush();
    this.#write(draft, rooms);
  }

  token(content: string, options: TokenOptions = {}): void {
    if (!this.ended) this.#coalescer.push(content, options);
  }

  progress(progress: number, message?: string, options?: EmitOptions): void {
    this.emit(
      StreamEventType.PROGRESS,
      message === undefined ? { progress } : { progress, message },
      options,
    );
  }

  ready(): Promise<void> {
    return this.#writer.ready();
  }

  /** Sends the tokens that wait to be joined, of one node or of all, and resolves when they are in the log. */
  async flush(nodeId?: string): Promise<void> {
    this.#coalescer.flush(nodeId);
    await this.written();
  }

  /** Resolves when everything that went out so far is in the log. @throws what the log threw */
  async written(): Promise<void> {
    await this.#rooms.written();
    await this.#writer.written();
  }

  complete(result?: unknown): Promise<void> {
    const published = this.settings.publishResult && result !== undefined ? { result } : {};
    return this.#end({ state: 'completed', ...published }, () =>
      this.#outcome.resolve(
        result === undefined ? { state: 'completed' } : { state: 'completed', result },
      ),
    );
  }

  /** @param error - goes to `done`; viewers get a safe message */
  fail(error: unknown): Promise<void> {
    return this.#end({ state: 'failed', error: SAFE_FAILURE }, () => this.#outcome.reject(error));
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
   * Waits for a viewer's answer.
   *
   * @returns the answer, or undefined when the execution ended instead
   */
  async interrupted(requests: readonly InterruptRequest[]): Promise<InterruptResponse | undefined> {
    if (this.ended) return undefined;
    this.#interrupt = new PendingInterrupt(requests, this.settings.interruptTimeoutMs, () => {
      void this.cancel('The interrupt was not answered in time.');
    });
    this.#state = 'interrupted';
    this.#announce(StreamEventType.INTERRUPT, { state: 'interrupted', interrupts: requests });
    const response = await this.#interrupt.response;
    this.#interrupt = undefined;
    if (!response || this.ended) return undefined;
    this.#state = 'running';
    this.#announce(StreamEventType.WORKFLOW_RESUME, { state: 'running' });
    return response;
  }

  /**
   * Answers the interrupt. The first valid answer wins.
   *
   * @throws StreamingError `EXECUTION_NOT_INTERRUPTED` when it does not wait for this answer
   */
  respond(response: InterruptResponse): void {
    if (!this.#interrupt?.answer(response)) {
      throw new StreamingError(
        'EXECUTION_NOT_INTERRUPTED',
        'The execution does not wait for this answer; look at its open interrupts.',
      );
    }
  }

  async #open(): Promise<void> {
    const { owner, after } = this.settings;
    await after;
    const { created } = await this.log.open(this.channel, {
      state: 'running',
      ...(owner ? { owner } : {}),
    });
    if (!created) {
      throw new StreamingError(
        'EXECUTION_EXISTS',
        'An execution with this id exists already; choose another id or leave it out.',
      );
    }
  }

  #write(draft: UpdateDraft, rooms: readonly string[] | undefined): void {
    this.#writer.write(draft);
    if (rooms) this.#rooms.write(draft, rooms);
  }

  #announce(type: StreamEventName, data: ExecutionStateData): void {
    this.#coalescer.flush();
    this.#writer.write(draftUpdate({ type, data }), { state: data.state });
  }

  async #end(
    data: ExecutionStateData & { readonly state: keyof typeof STATE_UPDATES },
    settle: () => void,
  ): Promise<void> {
    if (this.ended) return;
    this.#coalescer.close();
    this.#state = data.state;
    this.#endedAt = Date.now();
    this.#interrupt?.withdraw();
    try {
      this.#announce(STATE_UPDATES[data.state], data);
      await this.written();
      await this.log.end(this.channel);
      settle();
    } catch (error) {
      this.#outcome.reject(error);
    }
  }

  /** The source did not wait for the log: what it streamed is delivered, and the work stops. */
  #overflow(): void {
    if (this.ended) return;
    const error = new StreamingError(
      'SOURCE_OVERFLOW',
      'The source streamed faster than the log takes it. Await context.ready(), stream an async iterable, or raise executions.maxQueuedBytes.',
    );
    void this.fail(error);
    this.#abort.abort(error);
  }

  /** The log refused: nobody can be told, so the work stops and `done` says why. */
  #logFailed(error: unknown): void {
    this.#state = 'failed';
    this.#endedAt ??= Date.now();
    this.#coalescer.close();
    this.#interrupt?.withdraw();
    this.#outcome.reject(error);
    this.#abort.abort(error);
  }
}
