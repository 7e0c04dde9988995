import type { SubscriptionPosition } from '../protocol/client-events.js';
import type { Channel } from '../protocol/channel.js';
import type { Cursor } from '../protocol/cursor.js';
import { isTerminalState, type ExecutionState } from '../protocol/execution-state.js';
import {
  isControlUpdate,
  type ExecutionStateData,
  type InterruptRequest,
  type ProgressData,
  type StreamUpdate,
} from '../protocol/stream-update.js';
import { Emitter } from './emitter.js';
import { finalTextOf } from './final-text.js';
import type { Follower, FollowerHandler, FollowerPosition } from './follower.js';
import { closedError, notRecovered, type StreamingClientError } from './streaming-client.error.js';
import { doneOf, failureOf, type SubscriptionEnd } from './subscription-end.js';
import type { SubscriptionEvents } from './subscription-events.js';
import type { SubscriptionOptions, SubscriptionSnapshot } from './subscription-options.js';
import { interruptsOf, type SubscriptionView } from './subscription-view.js';
import { reasonOf, type SubscriptionReason } from './reasons.js';
import { StreamedContent } from './streamed-content.js';
import { UpdateLoops } from './update-loops.js';

/**
 * A subscription to one execution or room. Listeners and `for await` loops get each update once and in order, even if
 * the client reconnects in between. The texts of token updates are joined.
 *
 * It starts when you first add a listener, begin a loop, read `done` or call `finalText()`: at the end of
 * this turn of the event loop. If a listener or a loop must get all updates, add it in the same turn.
 *
 * @publicApi
 */
export class Subscription implements AsyncIterable<StreamUpdate, undefined> {
  /** The execution id or room id. */
  readonly id: string;
  readonly #follower: Follower;
  readonly #events = new Emitter<SubscriptionEvents>();
  readonly #loops: UpdateLoops;
  readonly #content: StreamedContent;
  #view: SubscriptionView | undefined;
  #state: ExecutionStateData | undefined;
  #progress: ProgressData | undefined;
  #recovered = true;
  #status: SubscriptionView['status'] = 'idle';
  #reason: SubscriptionReason | undefined;
  #end: SubscriptionEnd | undefined;
  #settleDone: ((end: SubscriptionEnd) => void) | undefined;
  #done: Promise<ExecutionStateData> | undefined;

  /** @internal */
  constructor(
    channel: Channel,
    options: SubscriptionOptions,
    follow: (handler: FollowerHandler) => Follower,
  ) {
    const { snapshot, maxBufferedUpdates = 1000 } = options;
    this.id = channel.id;
    this.#loops = new UpdateLoops(maxBufferedUpdates, () => this.#onFree());
    this.#content = new StreamedContent(snapshot);
    this.#state = snapshot?.state;
    this.#progress = snapshot?.progress;
    this.#follower = follow({
      receive: (update) => this.#onUpdate(update),
      wait: (error) => this.#become('waiting', error),
      subscribed: (position) => this.#onSubscribed(position),
      reset: (position, previous) => this.#onReset(position, previous),
      end: (state) => this.#finish({ state }),
      fail: (error) => this.#finish({ error }),
    });
  }

  /** The position of the last update that was delivered, as plain JSON. To continue there later, pass it as `cursor`. */
  get cursor(): Cursor | undefined {
    return this.#follower.cursor;
  }

  /** The text of all token updates so far, without what was said before a node was tried again. */
  get text(): string {
    return this.#content.text.text;
  }

  /** The text of the token updates so far, by node. */
  get nodeTexts(): ReadonlyMap<string, string> {
    return this.#content.text.byNode;
  }

  /** The text of the token updates so far, by agent (`metadata.agent`). */
  get agentTexts(): ReadonlyMap<string, string> {
    return this.#content.text.byAgent;
  }

  /** The state of the execution at the cursor, if anything told it; undefined if the subscription failed. */
  get state(): ExecutionState | undefined {
    return this.#state?.state;
  }

  /** Whether updates come now. {@link state} is what the execution does, in which it does not matter. */
  get status(): SubscriptionView['status'] {
    return this.#status;
  }

  /** Why the subscription has its {@link status}, if something is wrong or it is closed. */
  get reason(): SubscriptionReason | undefined {
    return this.#reason;
  }

  /** The newest progress. */
  get progress(): ProgressData | undefined {
    return this.#progress;
  }

  /** The questions that the execution waits for; answer with `client.respond()`. */
  get interrupts(): readonly InterruptRequest[] {
    return interruptsOf(this.#state);
  }

  /** False if this subscription has missed updates, because the log no longer has them. */
  get recovered(): boolean {
    return this.#recovered;
  }

  /**
   * Returns everything that the subscription knows, to show it. The view is immutable, and stays the same object until
   * something changes. Then the event `change` comes. Reading the view does not start the subscription.
   */
  view(): SubscriptionView {
    const { messages, nodes } = this.#content;
    return (this.#view ??= Object.freeze({
      text: this.text,
      messages: messages.all,
      nodes: nodes.all,
      usage: messages.usage,
      state: this.state,
      status: this.#status,
      reason: this.#reason,
      interrupts: this.interrupts,
      progress: this.#progress,
      result: this.#state?.result,
      error: this.#end?.error ?? this.#state?.error,
      recovered: this.#recovered,
    }));
  }

  /**
   * Resolves when the execution has ended: completed, failed or cancelled. Reading it starts the subscription.
   *
   * @throws StreamingClientError if the subscription fails (the server's code) or is closed (`CLIENT_CLOSED`)
   */
  get done(): Promise<ExecutionStateData> {
    this.#start();
    return (this.#done ??= doneOf((settle) => {
      this.#settleDone = settle;
      if (this.#end) settle(this.#end);
    }));
  }

  /**
   * Resolves with the whole text when the execution has ended. For a cancelled execution it is the text so far.
   *
   * @throws StreamingClientError `SOURCE_FAILED` if the execution failed, `NOT_RECOVERED` if a part of the text was
   * lost, and the codes of `done`
   */
  finalText(): Promise<string> {
    return finalTextOf(this);
  }

  /** Adds a listener. @returns a function that removes it */
  on<TName extends keyof SubscriptionEvents>(
    event: TName,
    listener: (value: SubscriptionEvents[TName]) => void,
  ): () => void {
    this.#start();
    return this.#events.on(event, listener);
  }

  /**
   * Yields the updates from now on, until the execution has ended or the subscription is closed. If you leave the loop
   * and nothing else uses the subscription, it is closed.
   *
   * @throws StreamingClientError if the subscription fails (the server's code), or if updates after the cursor were lost
   * (`NOT_RECOVERED`)
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<StreamUpdate, undefined> {
    this.#start();
    const loop = this.#loops.add();
    if (this.#end) this.#loops.end(failureOf(this.#end));
    return loop;
  }

  /** Returns everything that is known. To continue later, pass it as the option `snapshot`. */
  snapshot(): SubscriptionSnapshot {
    // JSON leaves out what is undefined.
    return {
      cursor: this.cursor,
      ...this.#content.known,
      state: this.#state,
      progress: this.#progress,
    } as SubscriptionSnapshot;
  }

  /** Stops following. The execution continues. */
  close(): void {
    this.#finish({ error: closedError() });
  }

  #start(): void {
    if (this.#status !== 'idle') return;
    this.#become('waiting');
    queueMicrotask(() => {
      // If the snapshot was taken after the end, no updates can follow.
      if (this.#state && isTerminalState(this.#state.state)) this.#finish({ state: this.#state });
      else this.#follower.start();
    });
  }

  #onUpdate(update: StreamUpdate): void {
    this.#content.add(update);
    // In a room it is not the room that changes.
    const isOwn = update.metadata?.roomId === undefined;
    const change = isOwn && isControlUpdate(update) ? update.data : undefined;
    if (change) this.#state = change;
    if (update.type === 'progress') this.#progress = update.data;
    this.#events.emit('update', update);
    if (change) this.#events.emit('state', change);
    this.#changed();
    this.#loops.push(update);
    if (!this.#loops.isBehind) return;
    this.#follower.pause();
    this.#become('paused');
  }

  #onSubscribed({ state, cursor, recovered }: FollowerPosition): void {
    // If the first or the last updates are still to come, they tell the states in order.
    if (state && !this.#state && cursor.sequence > 0 && !isTerminalState(state))
      this.#state = { state };
    this.#become('live');
    this.#events.emit('subscribed', { cursor, recovered });
  }

  #onReset(position: SubscriptionPosition, previous: Cursor | undefined): void {
    this.#recovered = false;
    this.#content.clear();
    if (previous && previous.epoch !== position.cursor.epoch) {
      // Another execution has this id now.
      this.#state = undefined;
      this.#progress = undefined;
    }
    this.#changed();
    this.#events.emit('reset', { ...position, previous });
    // An error is the only way to tell a loop that updates are missing.
    if (!previous || this.#loops.size === 0) return;
    const failure = notRecovered(this.id);
    this.#loops.end(failure);
    if (!this.#isUsed) this.#finish({ error: failure });
  }

  #finish(end: SubscriptionEnd): void {
    if (this.#end) return;
    const { state, error } = end;
    this.#end = end;
    this.#follower.close();
    const failure = failureOf(end);
    if (state ?? failure) this.#state = state;
    this.#become(failure ? 'failed' : error ? 'closed' : 'ended', error);
    if (failure) this.#events.emit('error', failure);
    this.#loops.end(failure);
    this.#settleDone?.(end);
  }

  #become(status: SubscriptionView['status'], error?: StreamingClientError): void {
    this.#status = status;
    this.#reason = error && reasonOf(error);
    this.#changed();
  }

  #changed(): void {
    this.#view = undefined;
    this.#events.emit('change', undefined);
  }

  /** A loop has caught up, or was left. */
  #onFree(): void {
    if (!this.#isUsed) this.close();
    else if (this.#status === 'paused' && !this.#loops.isBehind) {
      this.#become('waiting');
      this.#follower.resume();
    }
  }

  get #isUsed(): boolean {
    return this.#loops.size > 0 || this.#done !== undefined || this.#events.hasListeners;
  }
}
