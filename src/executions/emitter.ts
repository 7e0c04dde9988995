import type { EventPriority } from '../options/decorator-options.js';
import type { StreamEventName } from '../protocol/stream-event-type.js';
import type { StreamUpdateData } from '../protocol/stream-update.js';

/** Options of one emitted update. */
export interface EmitOptions {
  /** The node that produced it. */
  readonly nodeId?: string | undefined;
  /** Further metadata. It cannot replace the fields that the library writes. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  /**
   * `high` sends a token immediately instead of joining it with the tokens that follow. `@StreamEvent` drops
   * updates below its `filter.minPriority`. `medium` is the former name of `normal`. @default 'normal'
   */
  readonly priority?: EventPriority | undefined;
  /** Deliver the update only to these connections and principals; `targetOf` names a principal. */
  readonly targets?: readonly string[] | undefined;
  /**
   * Send the update to these rooms too. Each room has its own log. If that log refuses the update, the
   * execution fails.
   */
  readonly rooms?: readonly string[] | undefined;
  /** The data as JSON, if you have it already. Then it is not encoded again. */
  readonly dataJson?: string | undefined;
}

/** Options of one emitted token. */
export interface TokenOptions extends EmitOptions {
  /** The role of the speaker, such as `assistant`. */
  readonly role?: string | undefined;
  /** The id of the message that the token belongs to. */
  readonly messageId?: string | undefined;
  /** The index of the text block in the message, if the message has several. */
  readonly blockIndex?: number | undefined;
  /** How long to join the tokens that follow, in milliseconds. @default the interval of the execution */
  readonly flushIntervalMs?: number | undefined;
  /** The largest number of tokens to join. @default all tokens of one interval */
  readonly batchSize?: number | undefined;
}

/** Progress counted in units, such as 3 of 10 files. */
export interface ProgressReport {
  /** How many units are done. */
  readonly current: number;
  /** How many units there are. Without it, set a `calculator` in `@StreamProgress`. */
  readonly total?: number;
  /** What the work does now, in words. */
  readonly message?: string | undefined;
}

/**
 * Emits updates. Every context has these functions, with the same meaning: the context of a source, the
 * context of an agent, `StreamContext`, and the handle that `run` and `start` return. `emit` can emit any
 * update. The other functions are short forms of it.
 *
 * After the execution has ended, the functions do nothing.
 *
 * @publicApi
 */
export interface Emitter {
  /**
   * Emits an update.
   *
   * @throws StreamingError `UPDATE_NOT_SERIALIZABLE` for data that cannot be JSON, `RESERVED_EVENT_TYPE` for
   * a type that announces the state of the execution, or `INVALID_PAYLOAD` for a type that the protocol does
   * not have
   */
  readonly emit: <TType extends StreamEventName>(
    type: TType,
    data: StreamUpdateData<TType>,
    options?: EmitOptions,
  ) => void;
  /**
   * Emits text, as `token`. Tokens of one message that follow each other are joined. An empty text emits
   * nothing.
   *
   * @throws StreamingError `INVALID_PAYLOAD` if the value is not text, `UPDATE_NOT_SERIALIZABLE` for metadata
   * that cannot be JSON
   */
  readonly token: (content: string, options?: TokenOptions) => void;
  /**
   * Emits the progress of the work, as `progress`: a percentage, or a count of units. Percentages below 0
   * become 0, and those above 100 become 100.
   *
   * @throws StreamingError `INVALID_PAYLOAD` if a value is not a finite number
   */
  readonly progress: (
    progress: number | ProgressReport,
    message?: string,
    options?: EmitOptions,
  ) => void;
  /**
   * Emits an update into the execution and to a room, as `emit` with `rooms` does. To send to a room without
   * an execution, use `StreamingService.publish`.
   *
   * @throws StreamingError the codes of `emit`
   */
  readonly publish: <TType extends StreamEventName>(
    roomId: string,
    type: TType,
    data: StreamUpdateData<TType>,
    options?: EmitOptions,
  ) => void;
}

/** Returns the functions of an emitter. They also work without the object. */
export function verbsOf(emitter: Emitter): Emitter {
  return {
    emit: emitter.emit.bind(emitter),
    token: emitter.token.bind(emitter),
    progress: emitter.progress.bind(emitter),
    publish: emitter.publish.bind(emitter),
  };
}

/** The options of an update that goes to a room too. */
export function inRoom(roomId: string, options: EmitOptions = {}): EmitOptions {
  return { ...options, rooms: [...(options.rooms ?? []), roomId] };
}
