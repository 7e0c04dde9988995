import { Injectable } from '@nestjs/common';
import { currentExecution, type AmbientExecution } from '../executions/ambient-execution.js';
import type { EmitOptions, Emitter, ProgressReport, TokenOptions } from '../executions/emitter.js';
import { requireProgress } from '../executions/progress-data.js';
import { requireText } from '../executions/require-values.js';
import { requireEvent } from '../log/log-entry.js';
import type { StreamEventName } from '../protocol/stream-event-type.js';
import type { StreamUpdateData } from '../protocol/stream-update.js';
import { DecoratorRuntime } from './decorator-runtime.js';
import { DecoratedCall } from './decorated-call.js';

const NEVER_ABORTED = new AbortController().signal;

/**
 * Emits updates from any code that runs inside an execution or a decorated method. Get it with
 * `StreamContext.current()`, or inject it. Outside of both it does nothing, so you can test a class without
 * an application.
 *
 * @publicApi
 */
@Injectable()
export class StreamContext implements Emitter {
  /**
   * The context of the execution that the running code belongs to. It stays with this execution, so you can
   * hand it to code that runs outside, such as a callback. An injected `StreamContext` finds the current
   * execution at each call instead.
   */
  static current(): StreamContext {
    return new BoundStreamContext(currentExecution());
  }

  /** The id of the execution that the running code belongs to; undefined outside an execution. */
  get executionId(): string | undefined {
    const ambient = this.findAmbient();
    if (!ambient) return undefined;
    const { execution, registry } = ambient;
    DecoratorRuntime.of(registry)?.leases.tellIdOf(execution);
    return execution.executionId;
  }

  /** The node in whose name the method emits; undefined outside a decorated method. */
  get nodeId(): string | undefined {
    const ambient = this.findAmbient();
    return ambient instanceof DecoratedCall ? ambient.output.nodeId : undefined;
  }

  /** Aborts when the execution is cancelled. */
  get signal(): AbortSignal {
    return this.findAmbient()?.execution.signal ?? NEVER_ABORTED;
  }

  /**
   * Emits an update. If the method has `@StreamEvent`, its options apply.
   *
   * @throws StreamingError the codes of `Emitter.emit`
   */
  emit<TType extends StreamEventName>(
    type: TType,
    data: StreamUpdateData<TType>,
    options?: EmitOptions,
  ): void {
    requireEvent(type);
    this.#emitter?.emit(type, data, options);
  }

  /**
   * Emits text. If the method has `@StreamToken`, its options apply.
   *
   * @throws StreamingError `INVALID_PAYLOAD` if the value is not text
   */
  token(content: string, options?: TokenOptions): void {
    requireText(content);
    this.#emitter?.token(content, options);
  }

  /**
   * Emits the progress of the work, as a percentage or as a count of units. If the method has
   * `@StreamProgress`, its options apply.
   *
   * @throws StreamingError `INVALID_PAYLOAD` if a value is not a finite number
   */
  progress(progress: number | ProgressReport, message?: string, options?: EmitOptions): void {
    requireProgress(progress);
    this.#emitter?.progress(progress, message, options);
  }

  /**
   * Emits an update into the execution and to a room, in addition to the rooms of the method's decorators.
   *
   * @throws StreamingError the codes of `Emitter.emit`
   */
  publish<TType extends StreamEventName>(
    roomId: string,
    type: TType,
    data: StreamUpdateData<TType>,
    options?: EmitOptions,
  ): void {
    requireEvent(type);
    this.#emitter?.publish(roomId, type, data, options);
  }

  get #emitter(): Emitter | undefined {
    const ambient = this.findAmbient();
    return ambient instanceof DecoratedCall ? ambient : ambient?.execution.context;
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
