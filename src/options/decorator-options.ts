import type { StreamEventName } from '../protocol/stream-event-type.js';

/** What a token, as a method yields or returns it, must be like to be streamed. */
export interface TokenFilter {
  /** Leave out shorter tokens. */
  readonly minLength?: number;
  /** Leave out longer tokens. */
  readonly maxLength?: number;
  /**
   * Send no token that is only white space. It goes out in front of the next token that is sent, so
   * that words stay apart; at the end it is left out. @default false
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
  /** @default true */
  readonly enabled?: boolean;
  /** The node that viewers see. @default the LangGraph node that is called, else the method's name */
  readonly nodeId?: string;
  /**
   * After this many tokens the waiting tokens are joined and sent, and an async iterable is held back until
   * they are in the log. @default 1000
   */
  readonly bufferSize?: number;
  /**
   * The largest number of tokens that are joined into one update. Absent: all tokens of one interval.
   */
  readonly batchSize?: number;
  /** How long tokens are joined, in milliseconds. @default `tokens.flushIntervalMs` of the module */
  readonly flushIntervalMs?: number;
  /** The former name of `flushIntervalMs`, in milliseconds too; `flushIntervalMs` goes first. */
  readonly flushInterval?: number;
  /** Adds the class and the method to the metadata of every token. @default false */
  readonly includeMetadata?: boolean;
  /** Changes each token; an empty text leaves it out. */
  readonly processor?: (token: string, metadata: TokenMetadata) => string;
  /**
   * - `text`: the content of an update is text; values that are not text are left out.
   * - `json`: each value, of any kind, is one line of JSON.
   * - `structured`: each token is an update of its own, with its `index` and the `totalTokens` so far.
   *
   * @default 'text'
   */
  readonly format?: 'text' | 'json' | 'structured';
  /** Which tokens are streamed, judged before `processor`. Absent: all. */
  readonly filter?: TokenFilter;
}

/** What `processor` learns of a token. */
export interface TokenMetadata {
  readonly executionId: string;
  readonly nodeId: string;
  /** The position of the token among those of the call, from 0. */
  readonly index: number;
  readonly [key: string]: unknown;
}

/** How important an event is; `medium` is the legacy word for `normal`. */
export type EventPriority = 'low' | 'medium' | 'normal' | 'high';

/** Which events of a method are streamed. */
export interface EventFilter {
  /** Only these types. */
  readonly eventTypes?: readonly StreamEventName[];
  /** Not these types. */
  readonly excludeTypes?: readonly StreamEventName[];
  /** Only events of this priority or above. `node:error` is `high`, all else `normal` by itself. */
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
  /** @default true */
  readonly enabled?: boolean;
  /** The node that viewers see. @default the LangGraph node that is called, else the method's name */
  readonly nodeId?: string;
  /**
   * What the method streams without being told: `node:start`, `node:complete`, `node:error`,
   * `node:end` say how the call goes; `updates` is the returned value under the node's id; `values` is
   * the returned value; any other type is that of the update objects that the method yields.
   * Returned values are only streamed when they are asked for here.
   *
   * @default ['node:start', 'node:complete', 'node:error', 'node:end', 'events', 'custom']
   */
  readonly events?: readonly StreamEventName[];
  /** How many events may wait for the log; see `delivery`. @default 100 */
  readonly bufferSize?: number;
  /** Changes the data of each event; `undefined` leaves it out. */
  readonly transformer?: (data: unknown, type: StreamEventName) => unknown;
  /** Also applies to updates of `StreamContext.emit`. Absent: all events except `debug`. */
  readonly filter?: EventFilter;
  /**
   * What happens to further events if `bufferSize` events wait for a log that does not keep up:
   * `at-most-once` drops them, `at-least-once` holds an async iterable back and drops nothing. The legacy
   * word `exactly-once` does the same as `at-least-once`: whatever is in the log reaches a viewer once, by
   * its cursor. @default 'at-least-once'
   */
  readonly delivery?: 'at-most-once' | 'at-least-once' | 'exactly-once';
}

/** What a progress update shows as text. */
export interface ProgressFormat {
  /** Whether the percentage is shown, such as `40%`. @default true */
  readonly showPercentage?: boolean;
  /** Whether the count of what is done is shown. @default false */
  readonly showCurrent?: boolean;
  /** Whether the count of all is shown, if it is known. @default false */
  readonly showTotal?: boolean;
  /** Whether the number per second is shown. @default false */
  readonly showRate?: boolean;
  /** Decimal places of every number. @default 1 */
  readonly precision?: number;
}

/** What `calculator` learns besides the counts. */
export interface ProgressMetadata {
  readonly executionId: string;
  readonly nodeId: string;
  /** Since the call began, in milliseconds. */
  readonly elapsedMs: number;
  readonly [key: string]: unknown;
}

/**
 * Options of `@StreamProgress`.
 *
 * @publicApi
 */
export interface StreamProgressOptions {
  /** @default true */
  readonly enabled?: boolean;
  /** The node that viewers see. @default the LangGraph node that is called, else the method's name */
  readonly nodeId?: string;
  /** At most one progress update in this time, in milliseconds; the newest wins. @default 1000 */
  readonly intervalMs?: number;
  /** The former name of `intervalMs`, in milliseconds too; `intervalMs` goes first. */
  readonly interval?: number;
  /** The smallest step: 10 percent, 1 percent or 0.1 percent. @default 'fine' */
  readonly granularity?: 'coarse' | 'fine' | 'detailed';
  /** Adds `etaMs`, the remaining time at the rate so far. @default false */
  readonly includeETA?: boolean;
  /** Adds `elapsedMs`, and `ratePerSecond` if units are counted. @default false */
  readonly includeMetrics?: boolean;
  /** Percentages that are announced by a `milestone` update, once each, however fast. @default [] */
  readonly milestones?: readonly number[];
  /**
   * Turns a count into a percentage: the count of units that were reported, or of items that the method
   * yielded. `total` is 0 until it is known. @default current / total * 100
   */
  readonly calculator?: (current: number, total: number, metadata: ProgressMetadata) => number;
  /** How `text` reads. @default the defaults of its options */
  readonly format?: ProgressFormat;
}

/** Defaults of the decorators. Options that a decorator sets itself override them. */
export interface DecoratorOptions {
  /** Whether decorated methods stream at all. @default true */
  readonly enabled?: boolean;
  /** Defaults of `@StreamToken`. */
  readonly token?: Omit<StreamTokenOptions, 'nodeId'>;
  /** Defaults of `@StreamEvent`. */
  readonly event?: Omit<StreamEventOptions, 'nodeId'>;
  /** Defaults of `@StreamProgress`. */
  readonly progress?: Omit<StreamProgressOptions, 'nodeId'>;
  /** How long clients may take to acknowledge, in milliseconds. @default 5000 */
  readonly acknowledgmentTimeoutMs?: number;
}
