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
import type { Follower, FollowerHandler, FollowerPosition } from './follower.js';
import { JoinedText } from './joined-text.js';
import { closedError, StreamingClientError } from './streaming-client.error.js';
import type { SubscriptionEnd, SubscriptionEvents } from './subscription-events.js';
import type { SubscriptionOptions, SubscriptionSnapshot } from './subscription-options.js';
import { MessageList } from './message-list.js';
import { NodeList } from './node-list.js';
import type { SubscriptionView } from './subscription-view.js';
import { UpdateQueue } from './update-queue.js';

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
  readonly #queues = new Set<UpdateQueue>();
  readonly #maxBufferedUpdates: number;
  readonly #text: JoinedText;
  readonly #messages: MessageList;
  readonly #nodes = new NodeList();
  /** What updates add to. */
  readonly #parts: readonly (JoinedText | MessageList | NodeList)[];
  #view: SubscriptionView | undefined;
  #state: ExecutionStateData | undefined;
  #progress: ProgressData | undefined;
  #recovered = true;
  #started = false;
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
    this.#maxBufferedUpdates = maxBufferedUpdates;
    this.#text = new JoinedText(snapshot);
    this.#messages = new MessageList(snapshot?.messages);
    this.#parts = [this.#text, this.#messages, this.#nodes];
    this.#state = snapshot?.state;
    this.#progress = snapshot?.progress;
    this.#follower = follow({
      onUpdate: (update) => this.#onUpdate(update),
      onSubscribed: (position) => this.#onSubscribed(position),
      onReset: (position, previous) => this.#onReset(position, previous),
      onEnd: (state) => this.#finish({ state }),
      onFailure: (error) => this.#finish({ error }),
    });
  }

  /** The position up to which updates were handed out. Plain JSON; pass it back as `cursor`. */
  get cursor(): Cursor | undefined {
    return this.#follower.cursor;
  }

  /**
   * The text of all token updates so far, in the order in which they came. What a node said before it was
   * tried again is taken out.
   */
  get text(): string {
    return this.#text.text;
  }

  /** The text of the token updates so far, by node. */
  get nodeTexts(): ReadonlyMap<string, string> {
    return this.#text.byNode;
  }

  /** The text of the token updates so far, by agent (`metadata.agent`). */
  get agentTexts(): ReadonlyMap<string, string> {
    return this.#text.byAgent;
  }

  /**
   * The state of the execution at the cursor; undefined for a room, before anything told it, and when
   * the subscription failed: nobody can tell it then.
   */
  get state(): ExecutionState | undefined {
    return this.#state?.state;
  }

  /** The last progress that was streamed. */
  get progress(): ProgressData | undefined {
    return this.#progress;
  }

  /** The questions that the execution waits for; answer with `client.respond()`. */
  get interrupts(): readonly InterruptRequest[] {
    return (this.#state?.state === 'interrupted' && this.#state.interrupts) || NONE;
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
    return (this.#view ??= Object.freeze({
      text: this.text,
      messages: this.#messages.all,
      nodes: this.#nodes.all,
      usage: this.#messages.usage,
      state: this.state,
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
    this.#done ??= this.#createDone();
    return this.#done;
  }

  /**
   * The whole text, once the execution is over. A cancelled one gives the text it had.
   *
   * @throws StreamingClientError `SOURCE_FAILED` when the execution failed, `NOT_RECOVERED` when part of
   * the text was lost, and whatever `done` throws
   */
  async finalText(): Promise<string> {
    const { state, error } = await this.done;
    if (state === 'failed')
      throw new StreamingClientError('SOURCE_FAILED', error?.message ?? state);
    if (!this.#recovered) throw notRecovered(this.id);
    return this.text;
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
    const queue = new UpdateQueue({
      onDrain: () => this.#onDrain(),
      onReturn: () => this.#onReturn(queue),
    });
    this.#queues.add(queue);
    if (this.#end) queue.end(this.#end.error);
    return queue;
  }

  /** All that this subscription knows, to go on later with the `snapshot` option. */
  snapshot(): SubscriptionSnapshot {
    const { cursor, text, agentTexts } = this;
    const messages = this.#messages.all;
    // JSON leaves out what is undefined.
    return {
      cursor,
      text,
      messages: messages.length > 0 ? messages : undefined,
      nodeTexts: Object.fromEntries(this.nodeTexts),
      agentTexts: agentTexts.size > 0 ? Object.fromEntries(agentTexts) : undefined,
      state: this.#state,
      progress: this.#progress,
    } as SubscriptionSnapshot;
  }

  /** Stops following. The execution goes on. */
  close(): void {
    this.#finish({ error: closedError() });
  }

  #start(): void {
    if (this.#started) return;
    this.#started = true;
    queueMicrotask(() => {
      // After a snapshot of the end there is nothing to ask for.
      if (this.#state && isTerminalState(this.#state.state)) this.#finish({ state: this.#state });
      else this.#follower.start();
    });
  }

  #onUpdate(update: StreamUpdate): void {
    for (const part of this.#parts) part.add(update);
    const change = this.#stateOf(update);
    if (change) this.#state = change;
    if (update.type === 'progress') this.#progress = update.data;
    this.#events.emit('update', update);
    if (change) this.#events.emit('state', change);
    this.#changed();
    for (const queue of this.#queues) queue.push(update);
    if (this.#isBehind()) this.#follower.pause();
  }

  /** What an update says about the execution; in a room it is not the room that changes. */
  #stateOf(update: StreamUpdate): ExecutionStateData | undefined {
    const isOwn = update.metadata?.roomId === undefined;
    return isOwn && isControlUpdate(update) ? update.data : undefined;
  }

  #onSubscribed(position: FollowerPosition): void {
    const { state, cursor } = position;
    // With the beginning or the end still to come, the updates tell the states in their order.
    if (state && !this.#state && cursor.sequence > 0 && !isTerminalState(state))
      this.#state = { state };
    this.#changed();
    this.#events.emit('subscribed', { cursor, recovered: position.recovered });
  }

  #onReset(position: SubscriptionPosition, previous: Cursor | undefined): void {
    this.#recovered = false;
    for (const part of this.#parts) part.clear();
    if (previous && previous.epoch !== position.cursor.epoch) {
      // What goes by this id now is another.
      this.#state = undefined;
      this.#progress = undefined;
    }
    this.#changed();
    this.#events.emit('reset', { ...position, previous });
    // A loop cannot be told of a hole in any other way.
    if (!previous || this.#queues.size === 0) return;
    const failure = notRecovered(this.id);
    this.#endQueues(failure);
    if (!this.#isUsed) this.#finish({ error: failure });
  }

  #finish(end: SubscriptionEnd): void {
    if (this.#end) return;
    this.#end = end;
    this.#follower.close();
    const failure = end.error?.code === 'CLIENT_CLOSED' ? undefined : end.error;
    if (end.state ?? failure) this.#state = end.state;
    this.#changed();
    if (failure) this.#events.emit('error', failure);
    this.#endQueues(failure);
    this.#settleDone?.(end);
  }

  #changed(): void {
    this.#view = undefined;
    this.#events.emit('change', undefined);
  }

  #endQueues(failure?: StreamingClientError): void {
    for (const queue of this.#queues) queue.end(failure);
    this.#queues.clear();
  }

  #isBehind(): boolean {
    return [...this.#queues].some((queue) => queue.size >= this.#maxBufferedUpdates);
  }

  #onDrain(): void {
    if (!this.#isBehind()) this.#follower.resume();
  }

  #onReturn(queue: UpdateQueue): void {
    this.#queues.delete(queue);
    if (this.#isUsed) this.#onDrain();
    else this.close();
  }

  get #isUsed(): boolean {
    return this.#queues.size > 0 || this.#done !== undefined || this.#events.hasListeners;
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

/** Always the same, so that a view of nothing new stays equal. */
const NONE: readonly InterruptRequest[] = [];

function notRecovered(id: string): StreamingClientError {
  return new StreamingClientError(
    'NOT_RECOVERED',
    `Updates of "${id}" were lost. Subscribe without a cursor.`,
  );
}
