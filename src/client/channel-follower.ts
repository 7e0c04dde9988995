import { channelKey, type Channel } from '../protocol/channel.js';
import type { ClientSubscriptionConfig, SubscriptionPosition } from '../protocol/client-events.js';
import type { Cursor } from '../protocol/cursor.js';
import { isTerminalState, type ExecutionState } from '../protocol/execution-state.js';
import {
  isTerminalUpdate,
  type ExecutionStateData,
  type StreamUpdate,
} from '../protocol/stream-update.js';
import { Backoff, type ReconnectionOptions } from './backoff.js';
import type { AnswerOf, PayloadOf, RequestResult } from './client-socket.js';
import type { StreamingClientError } from './streaming-client.error.js';

type ChannelEventName =
  'subscribe_execution' | 'unsubscribe_execution' | 'join_room' | 'leave_room';

/** The connection, as a follower needs it. */
export interface FollowerTransport {
  readonly connected: boolean;
  readonly reconnection: Required<ReconnectionOptions>;
  send<TName extends ChannelEventName>(
    event: TName,
    payload: PayloadOf<TName>,
    onResult: (result: RequestResult<AnswerOf<TName>>) => void,
    waitMs?: number,
  ): void;
  remove(follower: ChannelFollower): void;
}

/** Where a subscription stands after the server answered it. */
export interface FollowerPosition extends SubscriptionPosition {
  /** The state of the execution; rooms have none. */
  readonly state?: ExecutionState;
  /** The sequence number of the newest update. */
  readonly head?: number;
}

/** What a follower hands on. Nothing comes after `onEnd` or `onFailure`. */
export interface FollowerHandler {
  /** The next update, each once and in order. */
  onUpdate(update: StreamUpdate): void;
  /** The server follows from `position` for us. */
  onSubscribed(position: FollowerPosition): void;
  /** What came after `previous` is lost; what the log still has follows `position`. */
  onReset(position: SubscriptionPosition, previous: Cursor | undefined): void;
  /** The execution is over. */
  onEnd(end: ExecutionStateData): void;
  /** Following it failed for good. */
  onFailure(error: StreamingClientError): void;
}

/**
 * Follows one channel from a cursor: subscribes, again after every reconnect, and hands on what
 * comes after the cursor, each update once.
 */
export class ChannelFollower {
  readonly key: string;
  #phase: 'idle' | 'subscribing' | 'live' | 'ended' = 'idle';
  #started = false;
  #paused = false;
  /** Grows with every subscribe request, so that the answer to an abandoned one is ignored. */
  #request = 0;
  /** Whether the next update is the first after an answer. */
  #fresh = false;
  /** The log confirmed that sequence numbers are missing on purpose: updates for others. */
  #expectsGaps: boolean;
  #cursor: Cursor | undefined;
  /** Until when to wait for a channel that does not exist yet, on the clock of the page. */
  #waitUntil = 0;
  readonly #retries: Backoff;

  constructor(
    readonly channel: Channel,
    private readonly options: ClientSubscriptionConfig,
    private readonly transport: FollowerTransport,
    private readonly handler: FollowerHandler,
    private readonly waitForMs = 0,
  ) {
    this.key = channelKey(channel);
    this.#cursor = options.cursor;
    const { eventTypes, nodeIds, agents, subgraphs } = options;
    this.#expectsGaps = Boolean(eventTypes ?? nodeIds ?? agents) || subgraphs === false;
    this.#retries = new Backoff(transport.reconnection);
  }

  /** The position up to which everything was handed on. */
  get cursor(): Cursor | undefined {
    return this.#cursor;
  }

  /** Begins to follow. */
  start(): void {
    this.#started = true;
    this.#waitUntil = performance.now() + this.waitForMs;
    this.#subscribe();
  }

  /** The connection is there (again). */
  attach(): void {
    this.#subscribe();
  }

  /** The connection is gone; the cursor stays. */
  detach(): void {
    this.#retries.reset();
    if (this.#phase !== 'ended') this.#phase = 'idle';
  }

  /** Asks the server for nothing until {@link resume}, which goes on from the cursor. */
  pause(): void {
    if (this.#paused || this.#phase === 'ended') return;
    this.#paused = true;
    this.#retries.cancel();
    this.#unsubscribe();
    this.#phase = 'idle';
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#subscribe();
  }

  /** Stops for good. */
  close(): void {
    if (this.#phase === 'ended') return;
    this.#unsubscribe();
    this.#finish();
  }

  /** Following failed for good. */
  fail(error: StreamingClientError): void {
    if (this.#phase === 'ended') return;
    this.#finish();
    this.handler.onFailure(error);
  }

  /** The server has cut the subscription off: asks for another, unless that is pointless. */
  lose(error: StreamingClientError): void {
    // What arrives before the answer is about a subscription that was given up.
    if (this.#phase === 'live') this.#retry(error);
  }

  /** Takes an update of this channel from the wire. */
  receive(update: StreamUpdate): void {
    // What arrives before the answer belongs to a subscription that was given up.
    if (this.#phase !== 'live' || !this.#cursor || !update.metadata) return;
    const { sequenceNumber, fromSequence = sequenceNumber } = update.metadata;
    if (sequenceNumber <= this.#cursor.sequence) return;
    if (!this.#continues(fromSequence, this.#cursor.sequence)) {
      this.#subscribe();
      return;
    }
    this.#fresh = false;
    this.#retries.reset();
    this.#cursor = { epoch: this.#cursor.epoch, sequence: sequenceNumber };
    this.handler.onUpdate(update);
    if (this.channel.kind === 'execution' && isTerminalUpdate(update)) {
      // The server has ended the subscription by itself.
      this.#finish();
      this.handler.onEnd(update.data);
    }
  }

  /** The server says that it can no longer serve our position. */
  reset(position: SubscriptionPosition): void {
    if (this.#phase === 'live') this.#adopt(position);
  }

  /**
   * Whether an update comes right after the cursor. One that does not, although nothing is filtered,
   * was preceded by something we did not get: the log is asked again, and what it says holds.
   */
  #continues(fromSequence: number, cursorSequence: number): boolean {
    if (fromSequence === cursorSequence + 1 || this.#expectsGaps) return true;
    if (this.#fresh) this.#expectsGaps = true;
    return this.#fresh;
  }

  #subscribe(): void {
    if (!this.#started || this.#paused || this.#phase === 'ended' || !this.transport.connected)
      return;
    this.#phase = 'subscribing';
    const request = ++this.#request;
    this.#sendSubscribe((result) => {
      if (request !== this.#request || this.#phase !== 'subscribing') return;
      if (result.ok) this.#begin(result.answer);
      else this.#retry(result.error);
    });
  }

  #sendSubscribe(onResult: (result: RequestResult<FollowerPosition>) => void): void {
    const { kind, id } = this.channel;
    const options = this.#cursor ? { ...this.options, cursor: this.#cursor } : this.options;
    const waitForMs = Math.ceil(this.#remainingMs);
    if (kind === 'execution')
      this.transport.send(
        'subscribe_execution',
        { executionId: id, options, ...(waitForMs > 0 && { waitForMs }) },
        onResult,
        waitForMs,
      );
    else this.transport.send('join_room', { roomId: id, options }, onResult);
  }

  get #remainingMs(): number {
    return Math.max(0, this.#waitUntil - performance.now());
  }

  #unsubscribe(): void {
    if (this.#phase === 'idle' || this.#phase === 'ended' || !this.transport.connected) return;
    const { kind, id } = this.channel;
    if (kind === 'execution')
      this.transport.send('unsubscribe_execution', { executionId: id }, ignore);
    else this.transport.send('leave_room', { roomId: id }, ignore);
  }

  #begin(position: FollowerPosition): void {
    this.#phase = 'live';
    this.#waitUntil = 0;
    this.#adopt(position);
    // Whoever was told of a hole may have left.
    if (this.#phase !== 'live') return;
    this.handler.onSubscribed(position);
    const { state, head, cursor } = position;
    if (state && isTerminalState(state) && cursor.sequence === head) {
      this.close();
      this.handler.onEnd({ state });
    }
  }

  #adopt({ cursor, recovered }: SubscriptionPosition): void {
    const previous = this.#cursor;
    this.#cursor = cursor;
    this.#fresh = true;
    if (!recovered) this.handler.onReset({ cursor, recovered }, previous);
  }

  #finish(): void {
    this.#phase = 'ended';
    this.#retries.cancel();
    this.transport.remove(this);
  }

  #retry(error: StreamingClientError): void {
    this.#phase = 'idle';
    // A server can wait less long than we do, or not at all.
    const waits = error.code === 'EXECUTION_NOT_FOUND' && this.#remainingMs > 0;
    const scheduled =
      (error.retryable || waits) &&
      this.#retries.schedule(() => this.#subscribe(), error.body?.retryAfterMs);
    if (!scheduled) this.fail(error);
  }
}

/** The server forgets a subscription with its connection, so nothing depends on this answer. */
function ignore(): void {}
