import type { StreamEventName } from '../protocol/stream-event-type.js';

/** Which tokens of a method are streamed. A token that does not pass is left out. */
export interface TokenFilter {
  /** Leave out tokens with fewer characters. */
  readonly minLength?: number;
  /** Leave out tokens with more characters. */
  readonly maxLength?: number;
  /**
   * Do not send a token that is only white space. Its text is added to the front of the next token, so that
   * words stay apart. At the end it is left out. @default false
   */
  readonly excludeWhitespace?: boolean;
  /** Leave out tokens that do not match. The flags `g` and `y` have no effect. */
  readonly pattern?: RegExp;
}

/**
 * Options of `@StreamToken`.
 *
 * @publicApi
 */
export interface StreamTokenOptions {
  /** Whether the decorator does anything. @default true */
  readonly enabled?: boolean;
  /** The node that viewers see. @default the LangGraph node that is called, else the method's name */
  readonly nodeId?: string;
  /**
   * How many tokens may wait to be joined. When this number is reached, the waiting tokens are sent immediately,
   * and an async iterable waits until they are in the log. @default 1000
   */
  readonly bufferSize?: number;
  /**
   * The largest number of tokens that are joined into one update. Without it, all tokens of one interval are
   * joined.
   */
  readonly batchSize?: number;
  /** How long tokens are joined, in milliseconds. @default `tokens.flushIntervalMs` of the module */
  readonly flushIntervalMs?: number;
  /** The former name of `flushIntervalMs`, in milliseconds too. If both are set, `flushIntervalMs` counts. */
  readonly flushInterval?: number;
  /** Adds the class and the method to the metadata of every token. @default false */
  readonly includeMetadata?: boolean;
  /** Changes each token. Return an empty text to leave the token out. */
  readonly processor?: (token: string, metadata: TokenMetadata) => string;
  /**
   * The form of the tokens. With `text`, only text is streamed, and other values are left out. With `json`,
   * each value of any kind is one line of JSON. With `structured`, each token is a separate update that has
   * its `index` and the number of tokens so far (`totalTokens`).
   *
   * @default 'text'
   */
  readonly format?: 'text' | 'json' | 'structured';
  /** Which tokens are streamed. The filter runs before `processor`. Without it, all tokens are streamed. */
  readonly filter?: TokenFilter;
}

/** The second argument of `processor`: facts about the token. */
export interface TokenMetadata {
  /** The execution that streams the token. */
  readonly executionId: string;
  /** The node that viewers see. */
  readonly nodeId: string;
  /** The position of the token among those of the call, from 0. */
  readonly index: number;
  readonly [key: string]: unknown;
}

/** How important an event is. `medium` is the former name of `normal`, and means the same. */
export type EventPriority = 'low' | 'medium' | 'normal' | 'high';

/** Which events of a method are streamed. */
export interface EventFilter {
  /** Stream only these types. */
  readonly eventTypes?: readonly StreamEventName[];
  /** Do not stream these types. */
  readonly excludeTypes?: readonly StreamEventName[];
  /**
   * Only events of this priority or above. `node:error` has `high`, all other events have `normal`, unless
   * `emit` sets a priority.
   */
  readonly minPriority?: EventPriority;
  /** Whether `debug` events pass. @default false */
  readonly includeDebug?: boolean;
}

/**
 * Options of `@StreamEvent`.
 *
 * @publicApi
 */
export interface StreamEventOptions {
  /** Whether the decorator does anything. @default true */
  readonly enabled?: boolean;
  /** The node that viewers see. @default the LangGraph node that is called, else the method's name */
  readonly nodeId?: string;
  /**
   * The types of updates that the decorator streams. `node:start`, `node:complete`, `node:error` and
   * `node:end` say that the call starts, completes, fails or ends. `updates` is the returned value under the
   * id of the node. `values` is the returned value alone. If you list another type, update objects of this
   * type that the method yields are streamed.
   *
   * @default ['node:start', 'node:complete', 'node:error', 'node:end', 'events', 'custom']
   */
  readonly events?: readonly StreamEventName[];
  /** How many events may wait for the log. `delivery` decides what happens to further events. @default 100 */
  readonly bufferSize?: number;
  /** Changes the data of each event. Return `undefined` to leave the event out. */
  readonly transformer?: (data: unknown, type: StreamEventName) => unknown;
  /**
   * Which events are streamed. The filter also applies to `StreamContext.emit`. Without it, all events except
   * `debug` are streamed.
   */
  readonly filter?: EventFilter;
  /**
   * What happens to further events while `bufferSize` events wait for a slow log. `at-most-once` drops them.
   * `at-least-once` makes an async iterable wait, and drops nothing. `exactly-once` is a name of 0.x and does
   * the same as `at-least-once`: in both cases a viewer gets every update of the log once, because of its
   * cursor. @default 'at-least-once'
   */
  readonly delivery?: 'at-most-once' | 'at-least-once' | 'exactly-once';
}

/** Which numbers the field `text` of a progress update shows. */
export interface ProgressFormat {
  /** Whether the percentage is shown, such as `40%`. @default true */
  readonly showPercentage?: boolean;
  /** Whether the number of finished units is shown. @default false */
  readonly showCurrent?: boolean;
  /** Whether the number of all units is shown, if it is known. @default false */
  readonly showTotal?: boolean;
  /** Whether the number of units per second is shown. @default false */
  readonly showRate?: boolean;
  /** Decimal places of every number. @default 1 */
  readonly precision?: number;
}

/** The third argument of `calculator`: facts about the call. */
export interface ProgressMetadata {
  /** The execution that streams the progress. */
  readonly executionId: string;
  /** The node that viewers see. */
  readonly nodeId: string;
  /** The time since the call began, in milliseconds. */
  readonly elapsedMs: number;
  readonly [key: string]: unknown;
}

/**
 * Options of `@StreamProgress`.
 *
 * @publicApi
 */
export interface StreamProgressOptions {
  /** Whether the decorator does anything. @default true */
  readonly enabled?: boolean;
  /** The node that viewers see. @default the LangGraph node that is called, else the method's name */
  readonly nodeId?: string;
  /**
   * The shortest time between two progress updates, in milliseconds. Of the updates in between, only the
   * newest is sent.
   * @default 1000
   */
  readonly intervalMs?: number;
  /** The former name of `intervalMs`, in milliseconds too. If both are set, `intervalMs` counts. */
  readonly interval?: number;
  /**
   * The smallest step that is sent: 10 percent (`coarse`), 1 percent (`fine`) or 0.1 percent (`detailed`).
   * @default 'fine'
   */
  readonly granularity?: 'coarse' | 'fine' | 'detailed';
  /** Adds `etaMs`: the remaining time in milliseconds, estimated from the rate so far. @default false */
  readonly includeETA?: boolean;
  /**
   * Adds `elapsedMs`, the time since the call began in milliseconds, and `ratePerSecond` if units are
   * counted. @default false
   */
  readonly includeMetrics?: boolean;
  /**
   * Percentages that are announced by a `milestone` update, once each. `intervalMs` does not delay them.
   * @default []
   */
  readonly milestones?: readonly number[];
  /**
   * Turns a count into a percentage. It gets the count of units that you reported, or of items that the
   * method yielded. `total` is 0 until it is known. @default current / total * 100
   */
  readonly calculator?: (current: number, total: number, metadata: ProgressMetadata) => number;
  /** Which numbers the field `text` of a progress update shows. @default the defaults of `ProgressFormat` */
  readonly format?: ProgressFormat;
}

/** Default options of the decorators. An option of a decorator overrides its default. */
export interface DecoratorOptions {
  /** Whether decorated methods stream at all. @default true */
  readonly enabled?: boolean;
  /** Defaults of `@StreamToken`. */
  readonly token?: Omit<StreamTokenOptions, 'nodeId'>;
  /** Defaults of `@StreamEvent`. */
  readonly event?: Omit<StreamEventOptions, 'nodeId'>;
  /** Defaults of `@StreamProgress`. */
  readonly progress?: Omit<StreamProgressOptions, 'nodeId'>;
  /** How long viewers may take to acknowledge, in milliseconds. @default 5000 */
  readonly acknowledgmentTimeoutMs?: number;
}
