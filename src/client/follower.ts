import type { SubscriptionPosition } from '../protocol/client-events.js';
import type { Cursor } from '../protocol/cursor.js';
import type { ExecutionState } from '../protocol/execution-state.js';
import type { ExecutionStateData, StreamUpdate } from '../protocol/stream-update.js';
import type { ThreadRun } from '../protocol/thread-messages.js';
import type { StreamingClientError } from './streaming-client.error.js';
import type { ExecutionSubscriptionOptions } from './subscription-options.js';

/** The position of a subscription after the answer of the server. */
export interface FollowerPosition extends SubscriptionPosition {
  /** The state of the execution; rooms have none. */
  readonly state?: ExecutionState;
  /** The sequence number of the newest update. */
  readonly head?: number;
  /** Of a thread, the runs that have not ended. */
  readonly runs?: readonly ThreadRun[];
}

/** The functions that a follower calls. After `end` or `fail` it calls none. */
export interface FollowerHandler {
  /** The next update. Each update comes once and in order. */
  receive(update: StreamUpdate): void;
  /** No updates come until `subscribed`. */
  wait(error: StreamingClientError): void;
  /** The server has accepted the subscription from `position`. */
  subscribed(position: FollowerPosition): void;
  /** Updates after `previous` are missing. The updates that the log still has follow `position`. */
  reset(position: SubscriptionPosition, previous: Cursor | undefined): void;
  /** The execution has ended. */
  end(end: ExecutionStateData): void;
  /** Following has failed, and is not tried again. */
  fail(error: StreamingClientError): void;
}

/** The longest wait, in milliseconds. A timer with a longer wait ends immediately. */
const MAX_MS = 1e9;

/** The position of one subscription in the feed of its channel. */
export class Follower {
  /** The position of the last update that was passed on. */
  cursor: Cursor | undefined;
  /** When to stop waiting for a channel that does not exist yet, on the clock of the page. */
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
    this.waitUntil = performance.now() + Math.min(this.options.waitForMs ?? 0, MAX_MS);
    this.resume();
  }

  /** Unsubscribes until {@link resume}, which continues from the cursor. */
  pause(): void {
    const leave = this.#leave;
    this.#leave = undefined;
    leave?.();
  }

  resume(): void {
    if (!this.#closed) this.#leave ??= this.#join(this);
  }

  /** Stops following. */
  close(): void {
    this.#closed = true;
    this.pause();
  }
}
