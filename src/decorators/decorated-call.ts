import { describeError } from '../errors/describe-error.js';
import {
  runInExecution,
  type AmbientExecution,
  type GraphStreaming,
  type ModelOutput,
} from '../executions/ambient-execution.js';
import {
  inRoom,
  type EmitOptions,
  type Emitter,
  type ProgressReport,
  type TokenOptions,
} from '../executions/emitter.js';
import type { ExecutionRegistry } from '../executions/execution-registry.js';
import type { Execution } from '../executions/execution.js';
import { progressData } from '../executions/progress-data.js';
import { readProgress, readToken } from '../executions/short-forms.js';
import { StreamedValues } from '../executions/streamed-values.js';
import { StreamEventType, type StreamEventName } from '../protocol/stream-event-type.js';
import { hasStreamed, type FindStreamer } from '../sources/taps/streamers.js';
import type { ResultObserver } from '../sources/taps/tap-result.js';
import { askViewers } from './acknowledgment.js';
import type { CallOutput, CallPart } from './call-output.js';
import type { DecoratorRuntime } from './decorator-runtime.js';
import { EventStream } from './event-stream.js';
import type { ExecutionLease } from './execution-leases.js';
import type { AcknowledgmentOptions } from './gateway-options.js';
import { nameOf, type CallSettings } from './method-plan.js';
import { ProgressStream } from './progress-stream.js';
import { TokenStream } from './token-stream.js';

/** Facts about a call when it begins. */
export interface CallFacts {
  readonly runtime: DecoratorRuntime;
  readonly settings: CallSettings;
  readonly lease: ExecutionLease;
  /** The place of the call. */
  readonly parent: AmbientExecution | undefined;
  /** The LangGraph node that the call is. */
  readonly graphNode: string | undefined;
  readonly output: CallOutput;
}

/**
 * One call of a decorated method: its output, and the execution of the code inside it. Errors of streaming
 * never reach the method or its caller.
 */
export class DecoratedCall implements AmbientExecution, Emitter, ResultObserver {
  readonly execution: Execution;
  readonly registry: ExecutionRegistry;
  readonly graph: GraphStreaming | undefined;
  readonly output: CallOutput;
  readonly #tokens: TokenStream | undefined;
  readonly #events: EventStream | undefined;
  readonly #progress: ProgressStream | undefined;
  /** In the order in which they start. They end in the opposite order. */
  readonly #parts: readonly CallPart[];
  readonly streamed = new StreamedValues();
  /** The call inside this call that also streams the returned stream. */
  #inner: FindStreamer | undefined;
  #hasStreamedLast = false;
  #isOver = false;

  constructor(private readonly facts: CallFacts) {
    const { runtime, settings, lease, parent, output } = facts;
    const { token, event, progress, plan } = settings;
    this.execution = lease.execution;
    this.registry = runtime.executions;
    this.graph = parent?.graph;
    this.output = output;
    this.#tokens =
      token &&
      new TokenStream(output, token, {
        ...plan,
        modelTexts: this.graph?.modes.has('messages') ?? false,
      });
    this.#events = event && new EventStream(output, event, this.#typesOfGraph());
    this.#progress = progress && new ProgressStream(output, progress);
    this.#parts = [this.#events, this.#tokens, this.#progress].filter((part) => part !== undefined);
  }

  get signal(): AbortSignal {
    return this.execution.signal;
  }

  /** Whether the value that was read last was streamed, by this call or inside of it. */
  get hasStreamedLast(): boolean {
    return this.#hasStreamedLast;
  }

  get isBehind(): boolean {
    return this.execution.isBehind;
  }

  onModelOutput(output: ModelOutput): void {
    this.safely(() => this.#tokens?.modelSaid(output));
    this.facts.parent?.onModelOutput?.(output);
  }

  start(): void {
    this.#tell((part) => part.start?.());
  }

  enter<T>(work: () => T): T {
    return runInExecution(this, work);
  }

  async ready(): Promise<void> {
    try {
      for (const part of this.#parts) await part.ready?.();
      await this.execution.ready();
    } catch {
      // If the log fails, the execution ends and reports it. Here nothing must wait for the log any more.
    }
  }

  arriving(value: unknown): Promise<void> | undefined {
    return this.safely(() => this.#tokens?.arriving(value));
  }

  item(value: unknown, isOfStream = true): void {
    const isPassedOn = this.streamed.take(value);
    const isStreamed = isPassedOn || hasStreamed(this.#inner, this.execution);
    this.#hasStreamedLast = isStreamed;
    this.#tell((part) => {
      if (part.item?.(value, { isStreamed, isOfStream })) this.#hasStreamedLast = true;
    });
    if (this.#hasStreamedLast) this.facts.parent?.streamed.add(value);
  }

  passedOn(value: unknown): void {
    if (this.#tokens) this.facts.parent?.streamed.add(value);
  }

  /** The method returned a value that is not a stream. */
  result(value: unknown): Promise<void> | undefined {
    this.item(value, false);
    return this.#finish(value);
  }

  /** The method returned a stream. @param inner - the call that streams it already, if any */
  willRead(inner: FindStreamer | undefined): void {
    this.#inner = inner;
  }

  complete(): Promise<void> | undefined {
    return this.#finish(undefined);
  }

  fail(error: unknown): void {
    this.#tellEnd((part) => part.fail?.());
    this.facts.lease.release({ error });
  }

  end(): void {
    this.#tellEnd((part) => part.end?.());
    this.facts.lease.release();
  }

  emit(type: StreamEventName, data: unknown, options?: EmitOptions): void {
    const token = type === StreamEventType.TOKEN ? readToken(data) : undefined;
    const report = type === StreamEventType.PROGRESS ? readProgress(data) : undefined;
    if (token && this.#tokens) this.#tokens.push(token.content, { ...options, ...token.options });
    else if (report && this.#progress)
      this.#progress.report(report.progress, report.message, options);
    else (this.#events ?? this.output).emit(type, data, options);
  }

  token(content: string, options?: TokenOptions): void {
    if (this.#tokens) this.#tokens.push(content, options);
    else this.output.token(content, options);
  }

  progress(progress: number | ProgressReport, message?: string, options?: EmitOptions): void {
    if (this.#progress) this.#progress.report(progress, message, options);
    else this.output.emit(StreamEventType.PROGRESS, progressData(progress, message), options);
  }

  publish(roomId: string, type: StreamEventName, data: unknown, options?: EmitOptions): void {
    const { rooms } = this.output.routing;
    this.emit(type, data, inRoom(roomId, { rooms, ...options }));
  }

  #finish(value: unknown): Promise<void> | undefined {
    if (this.#isOver) return undefined;
    this.#tellEnd((part) => part.complete?.(value));
    const { lease, settings } = this.facts;
    const { acknowledgment = false } = settings.plan.gateway ?? {};
    if (acknowledgment === false) {
      lease.release();
      return undefined;
    }
    return this.#acknowledged(acknowledgment === true ? {} : acknowledgment)
      .catch((error: unknown) => this.#logFailure(error))
      .finally(() => lease.release());
  }

  async #acknowledged({ timeoutMs, onReport }: AcknowledgmentOptions): Promise<void> {
    const { runtime, settings } = this.facts;
    const { acknowledgments, acknowledgmentTimeoutMs } = runtime;
    const report = await askViewers(
      acknowledgments,
      this.output,
      timeoutMs ?? acknowledgmentTimeoutMs,
    );
    const { missing, executionId } = report;
    if (onReport) onReport(report);
    else if (missing.length > 0) {
      const clients = missing.map(({ clientId }) => clientId).join(', ');
      runtime.logger.warn(
        `${nameOf(settings.plan)} was not acknowledged in time by: ${clients} (execution ${executionId})`,
      );
    }
  }

  /** The types of updates that a graph that streams itself emits for its own node. */
  #typesOfGraph(): readonly StreamEventName[] {
    const { graphNode } = this.facts;
    if (!this.graph || graphNode === undefined) return [];
    const { nodeEvents, modes } = this.graph;
    return [
      ...(nodeEvents ? NODE_EVENTS : []),
      ...(['updates', 'values'] as const).filter((mode) => modes.has(mode)),
    ];
  }

  #tell(tell: (part: CallPart) => void, parts = this.#parts): void {
    for (const part of parts) this.safely(() => tell(part));
  }

  /** Runs code whose errors must not reach the method or its caller. */
  safely<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.#logFailure(error);
      return undefined;
    }
  }

  #tellEnd(tell: (part: CallPart) => void): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#tell(tell, this.#parts.toReversed());
  }

  #logFailure(error: unknown): void {
    const { runtime, settings } = this.facts;
    runtime.logger.error(
      `${nameOf(settings.plan)} runs, but could not be streamed`,
      describeError(error),
    );
  }
}

const NODE_EVENTS = [
  StreamEventType.NODE_START,
  StreamEventType.NODE_COMPLETE,
  StreamEventType.NODE_ERROR,
  StreamEventType.NODE_END,
] as const;
