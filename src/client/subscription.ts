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
import type { SubscriptionEnd, SubscriptionEvents } from './subscription-events.js';
import type { SubscriptionOptions, SubscriptionSnapshot } from './subscription-options.js';
import { interruptsOf, type SubscriptionView } from './subscription-view.js';
import { reasonOf, type SubscriptionReason } from './reasons.js';
import { StreamedContent } from './streamed-content.js';
import { UpdateLoops } from './update-loops.js';

/**
 * Follows one execution or room, and hands out each update once and in order: to listeners, to
 * `for await` loops and as joined text. Reconnects do not show.
 *
 * It starts with the first listener, loop, `done` or `finalText()`, at the end of that turn of the
 * event loop; attach whatever must see everything in the same turn.
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

  /** The position up to which updates were handed out. Plain JSON; pass it back as `cursor`. */
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

  /** The last progress that was streamed. */
  get progress(): ProgressData | undefined {
    return this.#progress;
  }

  /** The questions that the execution waits for; answer with `client.respond()`. */
  get interrupts(): readonly InterruptRequest[] {
    return interruptsOf(this.#state);
  }

  /** False once updates are missing from what this subscription handed out. */
  get recovered(): boolean {
    return this.#recovered;
  }

  /**
   * All that is known now, to be shown. It is immutable, and the same object until something changed:
   * listen to `change`. To read it does not start the subscription.
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
   * How the execution ended, whichever way it did. It starts the subscription.
   *
   * @throws StreamingClientError when the subscription failed (the server's code) or was closed
   * (`CLIENT_CLOSED`)
   */
  get done(): Promise<ExecutionStateData> {
    this.#start();
    return (this.#done ??= this.#createDone());
  }

  /**
   * The whole text, once the execution is over. A cancelled one gives the text it had.
   *
   * @throws StreamingClientError `SOURCE_FAILED` when the execution failed, `NOT_RECOVERED` when part of
   * the text was lost, and whatever `done` throws
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
   * Hands out the updates from now on, until the execution is over or the subscription is closed.
   * Leaving the loop closes the subscription if nothing else uses it.
   *
   * @throws StreamingClientError, out of the loop, when the subscription failed (the server's code) or
   * updates after the cursor were lost (`NOT_RECOVERED`)
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<StreamUpdate, undefined> {
    this.#start();
    const loop = this.#loops.add();
    if (this.#end) this.#loops.end(this.#end.error);
    return loop;
  }

  /** All that is known, to go on later with the option `snapshot`. */
  snapshot(): SubscriptionSnapshot {
    // JSON leaves out what is undefined.
    return {
      cursor: this.cursor,
      ...this.#content.known,
      state: this.#state,
      progress: this.#progress,
    } as SubscriptionSnapshot;
  }

  /** Stops following. The execution goes on. */
  close(): void {
    this.#finish({ error: closedError() });
  }

  #start(): void {
    if (this.#status !== 'idle') return;
    this.#become('waiting');
    queueMicrotask(() => {
      // After a snapshot of the end there is nothing to ask for.
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
    // With the beginning or the end still to come, the updates tell the states in their order.
    if (state && !this.#state && cursor.sequence > 0 && !isTerminalState(state))
      this.#state = { state };
    this.#become('live');
    this.#events.emit('subscribed', { cursor, recovered });
  }

  #onReset(position: SubscriptionPosition, previous: Cursor | undefined): void {
    this.#recovered = false;
    this.#content.clear();
    if (previous && previous.epoch !== position.cursor.epoch) {
      // What goes by this id now is another.
      this.#state = undefined;
      this.#progress = undefined;
    }
    this.#changed();
    this.#events.emit('reset', { ...position, previous });
    // A loop cannot be told of a hole in any other way.
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
    const failure = error?.code === 'CLIENT_CLOSED' ? undefined : error;
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

  #createDone(): Promise<ExecutionStateData> {
    const done = new Promise<ExecutionStateData>((resolve, reject) => {
      this.#settleDone = ({ state, error }) => (state ? resolve(state) : reject(error));
      if (this.#end) this.#settleDone(this.#end);
    });
    // Whoever reads it handles a failure; it must not count as unhandled before that.
    done.catch(() => undefined);
    return done;
  }
}
