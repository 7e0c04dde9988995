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
  readonly #queues = new Set<UpdateQueue>();
  readonly #maxBufferedUpdates: number;
  readonly #text: JoinedText;
  readonly #messages: MessageList;
  readonly #nodes = new NodeList();
  /** The parts of the view that grow with updates. */
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

  /** The position of the last update that was delivered, as plain JSON. To continue there later, pass it as `cursor`. */
  get cursor(): Cursor | undefined {
    return this.#follower.cursor;
  }

  /**
   * The text of all token updates so far, in their order. If a node is tried again, the text of the failed attempt is
   * removed.
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
   * The state of the execution at the cursor. It is undefined until the state is known, for a room, and after the
   * subscription has failed.
   */
  get state(): ExecutionState | undefined {
    return this.#state?.state;
  }

  /** The newest progress. */
  get progress(): ProgressData | undefined {
    return this.#progress;
  }

  /** The questions that the execution waits for; answer with `client.respond()`. */
  get interrupts(): readonly InterruptRequest[] {
    return (this.#state?.state === 'interrupted' && this.#state.interrupts) || NONE;
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
   * Resolves when the execution has ended: completed, failed or cancelled. Reading it starts the subscription.
   *
   * @throws StreamingClientError if the subscription fails (the server's code) or is closed (`CLIENT_CLOSED`)
   */
  get done(): Promise<ExecutionStateData> {
    this.#start();
    this.#done ??= this.#createDone();
    return this.#done;
  }

  /**
   * Resolves with the whole text when the execution has ended. For a cancelled execution it is the text so far.
   *
   * @throws StreamingClientError `SOURCE_FAILED` if the execution failed, `NOT_RECOVERED` if a part of the text was
   * lost, and the codes of `done`
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
   * Yields the updates from now on, until the execution has ended or the subscription is closed. If you leave the loop
   * and nothing else uses the subscription, it is closed.
   *
   * @throws StreamingClientError if the subscription fails (the server's code), or if updates after the cursor were lost
   * (`NOT_RECOVERED`)
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

  /** Returns everything that this subscription knows. To continue later, pass it as the option `snapshot`. */
  snapshot(): SubscriptionSnapshot {
    const { cursor, text, agentTexts } = this;
    const messages = this.#messages.all;
    // JSON leaves out undefined fields.
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

  /** Stops following. The execution continues. */
  close(): void {
    this.#finish({ error: closedError() });
  }

  #start(): void {
    if (this.#started) return;
    this.#started = true;
    queueMicrotask(() => {
      // If the snapshot was taken after the end, no updates can follow.
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

  /** The state of the execution after an update. In a room, updates tell the states of other executions. */
  #stateOf(update: StreamUpdate): ExecutionStateData | undefined {
    const isOwn = update.metadata?.roomId === undefined;
    return isOwn && isControlUpdate(update) ? update.data : undefined;
  }

  #onSubscribed(position: FollowerPosition): void {
    const { state, cursor } = position;
    // If the first or the last updates are still to come, they tell the states in order.
    if (state && !this.#state && cursor.sequence > 0 && !isTerminalState(state))
      this.#state = { state };
    this.#changed();
    this.#events.emit('subscribed', { cursor, recovered: position.recovered });
  }

  #onReset(position: SubscriptionPosition, previous: Cursor | undefined): void {
    this.#recovered = false;
    for (const part of this.#parts) part.clear();
    if (previous && previous.epoch !== position.cursor.epoch) {
      // Another execution has this id now.
      this.#state = undefined;
      this.#progress = undefined;
    }
    this.#changed();
    this.#events.emit('reset', { ...position, previous });
    // An error is the only way to tell a loop that updates are missing.
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
    // Until a caller reads `done`, its rejection must not count as unhandled.
    done.catch(() => undefined);
    return done;
  }
}

/** Always the same list, so that a view without changes stays equal. */
const NONE: readonly InterruptRequest[] = [];

function notRecovered(id: string): StreamingClientError {
  return new StreamingClientError(
    'NOT_RECOVERED',
    `Updates of "${id}" were lost. Subscribe without a cursor.`,
  );
}
