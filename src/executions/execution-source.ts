import type { StreamEventName } from '../protocol/stream-event-type.js';
import type { InterruptRequest, StreamUpdateData } from '../protocol/stream-update.js';

/** Facts about one emitted update. */
export interface EmitOptions {
  /** The node that produced it. */
  readonly nodeId?: string | undefined;
  /** Further metadata; it can never replace what the library writes. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  /**
   * `high` sends a token at once instead of joining it with the tokens that follow. @default 'normal'
   */
  readonly priority?: 'normal' | 'high' | undefined;
  /** Deliver to these connections and principals (see `targetOf`) only. */
  readonly targets?: readonly string[] | undefined;
  /**
   * Publish to these rooms too. Each room has a log of its own; when it refuses the update, the
   * execution fails.
   */
  readonly rooms?: readonly string[] | undefined;
  /** The data as JSON, if that was made before: it is not made again. */
  readonly dataJson?: string | undefined;
}

/** Facts about one emitted token. */
export interface TokenOptions extends EmitOptions {
  /** Who speaks. */
  readonly role?: string | undefined;
  /** The id of the message that grows. */
  readonly messageId?: string | undefined;
  /** Which text block of the message, when it has several. */
  readonly blockIndex?: number | undefined;
  /** How long to join what follows, in milliseconds. @default that of the execution */
  readonly flushIntervalMs?: number | undefined;
  /** How many tokens to join at most. @default as many as come */
  readonly batchSize?: number | undefined;
}

/**
 * What a running source can do.
 *
 * @publicApi
 */
export interface ExecutionContext {
  readonly executionId: string;
  /** Aborts when the execution is cancelled. Pass it on to whatever you wait for. */
  readonly signal: AbortSignal;
  /**
   * How large the data of an update may be, in bytes of JSON; larger data is left out. A source can save
   * itself the work of making it.
   */
  readonly maxUpdateBytes?: number | undefined;
  /**
   * Streams an update.
   *
   * @throws StreamingError `UPDATE_NOT_SERIALIZABLE`, `RESERVED_EVENT_TYPE` for a type that announces
   * the state of the execution, or `INVALID_PAYLOAD` for one that the protocol does not have
   */
  emit<TType extends StreamEventName>(
    type: TType,
    data: StreamUpdateData<TType>,
    options?: EmitOptions,
  ): void;
  /**
   * Streams text of a node; an empty text is nothing.
   *
   * @throws StreamingError `INVALID_PAYLOAD` if the value is not text, `UPDATE_NOT_SERIALIZABLE` for metadata
   * that cannot be JSON
   */
  token(content: string, options?: TokenOptions): void;
  /**
   * Streams how far the work is: 0 to 100, to which other numbers are brought.
   *
   * @throws StreamingError `INVALID_PAYLOAD` if a value is not a finite number
   */
  progress(progress: number, message?: string, options?: EmitOptions): void;
  /**
   * Resolves when the execution can take more, and lets the event loop turn now and then, so that
   * a source which never waits can be cancelled. A source that produces faster than the log takes
   * should await this; iterables are pulled no faster than it allows.
   */
  ready(): Promise<void>;
}

/** How a run of a source ended. */
export type SourceOutcome =
  | {
      readonly state: 'completed';
      readonly result?: unknown;
      /** Questions that stay open: another run can go on with their answers. */
      readonly interrupts?: readonly InterruptRequest[];
    }
  | { readonly state: 'interrupted'; readonly interrupts: readonly InterruptRequest[] };

/** The answer to an interrupt, or to several. */
export interface InterruptResponse {
  /** Which question; absent when only one is open. */
  readonly interruptId?: string | undefined;
  readonly value?: unknown;
  /** Answers to several questions at once, in place of `interruptId` and `value`. */
  readonly answers?:
    readonly { readonly interruptId: string; readonly value: unknown }[] | undefined;
  /** The id of the principal that answers; viewers learn it. */
  readonly by?: string | undefined;
  /** Written into the state of the graph with the answer. */
  readonly update?: Readonly<Record<string, unknown>> | undefined;
  /** The nodes where the graph continues. */
  readonly goto?: string | readonly string[] | undefined;
}

/**
 * Work that an execution runs. Iterables, Observables and functions are wrapped in one; `langGraph`
 * makes one of a graph. Implement it to stream something else.
 *
 * @publicApi
 */
export interface ExecutionSource {
  /** Runs from the start, until it completes, is interrupted, or throws. */
  run(context: ExecutionContext): Promise<SourceOutcome>;
  /** Goes on after an interrupt. A source that is never interrupted has none. */
  resume?(context: ExecutionContext, response: InterruptResponse): Promise<SourceOutcome>;
}
