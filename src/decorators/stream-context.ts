import { Injectable } from '@nestjs/common';
import { StreamingError } from '../errors/streaming.error.js';
import { currentExecution, type AmbientExecution } from '../executions/ambient-execution.js';
import type { TokenOptions } from '../executions/execution-source.js';
import { requireNumber, requireText } from '../executions/require-values.js';
import { StreamEventType, type StreamEventName } from '../protocol/stream-event-type.js';
import { isReservedEvent } from '../protocol/thread-event-name.js';
import type { StreamUpdateData } from '../protocol/stream-update.js';
import { DecoratorRuntime } from './decorator-runtime.js';
import { DecoratedCall } from './decorated-call.js';
import type { EventOptions } from './event-stream.js';
import { progressData, type ProgressReport } from './progress-stream.js';

const NEVER_ABORTED = new AbortController().signal;

/**
 * Streams by hand, from anywhere inside of an execution or a decorated method: get it with
 * `StreamContext.current()`, or inject it. Outside of both it does nothing, so that a class can be
 * tested without an application.
 *
 * @publicApi
 */
@Injectable()
export class StreamContext {
  /**
   * The context of the running code. Keep it for code that runs elsewhere, such as a callback of a
   * client that was made before; an injected one always finds its own.
   */
  static current(): StreamContext {
    return new BoundStreamContext(currentExecution());
  }

  /** The execution that the running code belongs to; undefined outside of one. */
  get executionId(): string | undefined {
    const ambient = this.findAmbient();
    if (!ambient) return undefined;
    const { execution, registry } = ambient;
    DecoratorRuntime.of(registry)?.leases.tellIdOf(execution);
    return execution.executionId;
  }

  /** The node that updates are streamed for; undefined outside of a decorated method. */
  get nodeId(): string | undefined {
    const ambient = this.findAmbient();
    return ambient instanceof DecoratedCall ? ambient.output.nodeId : undefined;
  }

  /** Aborts when the execution is cancelled. */
  get signal(): AbortSignal {
    return this.findAmbient()?.execution.signal ?? NEVER_ABORTED;
  }

  /**
   * Streams text, as the method's `@StreamToken` says if it has one.
   *
   * @throws StreamingError `INVALID_PAYLOAD` if the value is not text
   */
  token(content: string, options?: TokenOptions): void {
    requireText(content);
    const ambient = this.findAmbient();
    if (ambient instanceof DecoratedCall) ambient.token(content, options);
    else ambient?.execution.token(content, options);
  }

  /**
   * Streams an event, as the method's `@StreamEvent` says if it has one.
   *
   * @throws StreamingError as `ExecutionContext.emit`
   */
  event<TType extends StreamEventName>(
    type: TType,
    data: StreamUpdateData<TType>,
    options: EventOptions = {},
  ): void {
    if (isReservedEvent(type)) {
      throw new StreamingError(
        'RESERVED_EVENT_TYPE',
        `Only an execution itself streams "${type}"; choose another type, such as "events".`,
      );
    }
    const ambient = this.findAmbient();
    if (ambient instanceof DecoratedCall) {
      ambient.event(type, data, options);
      return;
    }
    const { priority: _priority, ...facts } = options;
    ambient?.execution.emit(type, data, facts);
  }

  /**
   * Streams how far the work is: a percentage, or how many units of how many are done.
   *
   * @throws StreamingError `INVALID_PAYLOAD` if a value is not a finite number
   */
  progress(progress: number | ProgressReport, message?: string): void {
    requireNumber(typeof progress === 'number' ? progress : progress.current);
    if (typeof progress === 'object') requireNumber(progress.total ?? 0);
    const ambient = this.findAmbient();
    if (ambient instanceof DecoratedCall) ambient.progress(progress, message);
    else ambient?.execution.emit(StreamEventType.PROGRESS, progressData(progress, message));
  }

  /** @internal */
  protected findAmbient(): AmbientExecution | undefined {
    return currentExecution();
  }
}

/** A context that stays with one execution, wherever it is used. */
class BoundStreamContext extends StreamContext {
  constructor(private readonly ambient: AmbientExecution | undefined) {
    super();
  }

  protected override findAmbient(): AmbientExecution | undefined {
    return this.ambient;
  }
}
