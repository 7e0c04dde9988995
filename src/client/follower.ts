import type { SubscriptionPosition } from '../protocol/client-events.js';
import type { Cursor } from '../protocol/cursor.js';
import type { ExecutionState } from '../protocol/execution-state.js';
import type { ExecutionStateData, StreamUpdate } from '../protocol/stream-update.js';
import type { ThreadRun } from '../protocol/thread-messages.js';
import type { StreamingClientError } from './streaming-client.error.js';
import type { ExecutionSubscriptionOptions } from './subscription-options.js';

/** Where a subscription stands after the server answered it. */
export interface FollowerPosition extends SubscriptionPosition {
  /** The state of the execution; rooms have none. */
  readonly state?: ExecutionState;
  /** The sequence number of the newest update. */
  readonly head?: number;
  /** Of a thread, the runs that have not ended. */
  readonly runs?: readonly ThreadRun[];
}

/** What a follower hands on. Nothing comes after `end` or `fail`. */
export interface FollowerHandler {
  /** The next update, each once and in order. */
  receive(update: StreamUpdate): void;
  /** No updates come until `subscribed`. */
  wait(error: StreamingClientError): void;
  /** The server follows from `position` for us. */
  subscribed(position: FollowerPosition): void;
  /** What came after `previous` is lost; what the log still has follows `position`. */
  reset(position: SubscriptionPosition, previous: Cursor | undefined): void;
  /** The execution is over. */
  end(end: ExecutionStateData): void;
  /** Following it failed for good. */
  fail(error: StreamingClientError): void;
}

/** One subscription's place in the feed of its channel. */
export class Follower {
  /** The position up to which everything was handed on. */
  cursor: Cursor | undefined;
  /** Until when to wait for a channel that does not exist yet, on the clock of the page. */
  waitUntil = 0;
  readonly #join: (follower: Follower) => (() => void) | undefined;
  #leave: (() => void) | undefined;
  #closed = false;

  constructor(
    readonly options: ExecutionSubscriptionOptions,
    readonly handler: FollowerHandler,
    join: (follower: Follower) => (() => void) | undefined,
  ) {
    this.#join = join;
    this.cursor = options.snapshot?.cursor ?? options.cursor;
  }

  /** Begins to follow. */
  start(): void {
    this.waitUntil = performance.now() + (this.options.waitForMs ?? 0);
    this.resume();
  }

  /** Asks the server for nothing until {@link resume}, which goes on from the cursor. */
  pause(): void {
    const leave = this.#leave;
    this.#leave = undefined;
    leave?.();
  }

  resume(): void {
    if (!this.#closed) this.#leave ??= this.#join(this);
  }

  /** Stops for good. */
  close(): void {
    this.#closed = true;
    this.pause();
  }
}
