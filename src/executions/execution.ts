import type { StreamingError } from '../errors/streaming.error.js';
import { draftUpdate } from '../log/log-entry.js';
import type { ChannelAttributes, StreamLog } from '../log/stream-log.js';
import type { Channel } from '../protocol/channel.js';
import type { ExecutionStatus } from '../protocol/client-events.js';
import { isTerminalState, type ExecutionState } from '../protocol/execution-state.js';
import type { InterruptRequest } from '../protocol/stream-update.js';
import type { InterruptResponse } from '../protocol/interrupt-request.js';
import { deferred } from '../common/deferred.js';
import { unwritten } from './abandoned.js';
import { verbsOf } from './emitter.js';
import { ExecutionErrorLog } from './execution-error-log.js';
import { ExecutionEmitter } from './execution-emitter.js';
import { ExecutionHold, type ExecutionLeft } from './execution-hold.js';
import { ExecutionOutput } from './execution-output.js';
import type { ExecutionContext } from './execution-source.js';
import type { ExecutionSettings } from './execution-settings.js';
import { guardedAbortController } from './guarded-abort.js';
import { answeredInterrupts, notInterrupted, PendingInterrupt } from './pending-interrupt.js';
import {
  attributesOf,
  completedData,
  FAILED,
  firstUpdate,
  interruptUpdate,
  lastDraft,
  resumeUpdate,
  sourceOverflow,
  type EndData,
  type StateUpdate,
} from './execution-state-updates.js';
import { SourceWork } from './source-work.js';
import { boundedRequests } from './update-bound.js';

/** How an execution ended: completed, with its result, or cancelled, with the reason. */
export type ExecutionResult =
  | { readonly state: 'completed'; readonly result?: unknown }
  | { readonly state: 'cancelled'; readonly reason?: string };

/** One execution: its state, and the operations that each state allows. */
export class Execution {
  readonly startedAt: number;
  /** The context for the source. Its functions also work without the object. */
  readonly context: ExecutionContext;
  /** Settles when the execution has ended and everything it streamed is in the log. */
  readonly done: Promise<ExecutionResult>;
  /**
   * Resolves when its id is claimed in the log, so that it can be followed.
   *
   * @throws StreamingError `EXECUTION_EXISTS`, `LOG_UNAVAILABLE`
   */
  readonly opened: Promise<void>;
  /** The right by which this instance runs it. */
  readonly hold: ExecutionHold;
  /** The work of its source. */
  readonly work = new SourceWork();

  #state: ExecutionState = 'running';
  #endedAt: number | undefined;
  #interrupt: PendingInterrupt | undefined;
  readonly #errors: ExecutionErrorLog;
  readonly #abort = guardedAbortController((error) => this.#errors.listenerThrew(error));
  readonly #output: ExecutionOutput;
  readonly #outcome = deferred<ExecutionResult>();

  constructor(
    log: StreamLog,
    private readonly settings: ExecutionSettings,
  ) {
    this.startedAt = settings.takesOver?.openedAt ?? Date.now();
    this.done = this.#outcome.promise;
    // Awaiting `done` is optional, so its rejection must not count as unhandled.
    this.done.catch(() => undefined);
    this.hold = new ExecutionHold(settings);
    this.#errors = new ExecutionErrorLog(settings.executionId);
    this.#output = new ExecutionOutput(log, settings, {
      onFailure: (error) => this.#logFailed(error),
      // If a room misses updates of an execution, the execution fails.
      onRoomFailure: (error) => this.#stop(error),
      onOverflow: () => {
        if (!this.ended) this.#stop(sourceOverflow());
      },
    });
    this.opened = this.#output.claimed.then((claimed) => this.hold.take(claimed));
    this.opened.catch(() => undefined);
    const { executionId, maxUpdateBytes } = settings;
    const emitter = new ExecutionEmitter(this.#output, maxUpdateBytes, () => this.ended);
    this.context = Object.freeze({
      executionId,
      signal: this.#abort.signal,
      maxUpdateBytes,
      ...verbsOf(emitter),
      ready: this.ready.bind(this),
    });
    this.#announce(firstUpdate(settings));
  }

  get channel(): Channel {
    return this.#output.channel;
  }

  get executionId(): string {
    return this.settings.executionId;
  }

  /** Resolves when {@link done} has settled. */
  async finished(): Promise<void> {
    await this.done.catch(() => undefined);
  }

  /** Resolves when the execution has ended and its source has stopped. */
  async settled(): Promise<void> {
    await this.finished();
    await this.work.settled();
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
    return this.#end(completedData(result, open, this.settings), () =>
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
   * Leaves the execution, because it waits in another instance or was taken over. Its source stops, and
   * nothing more is written.
   */
  leave(how: ExecutionLeft, error: StreamingError): void {
    if (this.ended) return;
    this.hold.letGo(how);
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
    this.#announce(interruptUpdate(interrupts), { waitsUntil });
    const response = await this.#interrupt.response;
    this.#interrupt = undefined;
    if (!response || this.ended) return undefined;
    this.#state = 'running';
    const answered = answeredInterrupts(response, interrupts);
    this.#announce(resumeUpdate({ state: 'running', answered }));
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

  /** Writes the state of the execution to the log, for viewers and for requests on other instances. */
  #announce(update: StateUpdate, attributes: ChannelAttributes = {}): void {
    const told = { ...attributes, ...attributesOf(update) };
    this.#output.announce(draftUpdate(update), told);
  }

  async #end(data: EndData, settle: () => void): Promise<void> {
    if (this.ended) return;
    // If the data cannot be encoded, the state does not change. A later overflow has no effect.
    const draft = lastDraft(data);
    const { state } = data;
    const withdrawn = this.#interrupt ? { interrupts: [] } : {};
    this.#settleAs(state);
    this.#output.announce(draft, { state, ...withdrawn });
    this.#output.close();
    try {
      await this.#output.end();
      settle();
    } catch (error) {
      this.#errors.failed(error);
      this.#outcome.reject(error);
    }
  }

  #settleAs(state: EndData['state']): void {
    this.#state = state;
    this.#endedAt ??= Date.now();
    this.#interrupt?.withdraw();
  }

  /** The output failed, not the source. The updates so far are delivered, and the work stops. */
  #stop(error: unknown): void {
    this.#errors.failed(error);
    if (this.ended) return;
    void this.fail(error);
    this.#abort.abort(error);
  }

  /** The log refused the execution's own updates: the work stops and `done` says why. */
  #logFailed(error: unknown): void {
    if (this.hold.left) return;
    if (this.hold.isRefused(error)) this.#errors.refused(error);
    else this.#errors.failed(error);
    this.#settleAs('failed');
    this.#output.close();
    this.#outcome.reject(error);
    this.#abort.abort(error);
    void this.#output.abandon(draftUpdate(unwritten(error)), 'failed');
  }
}
