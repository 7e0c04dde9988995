import { channelKey, nameOf, type Channel } from '../protocol/channel.js';
import type { ClientSubscriptionConfig, SubscriptionPosition } from '../protocol/client-events.js';
import type { Cursor } from '../protocol/cursor.js';
import { isTerminalState } from '../protocol/execution-state.js';
import { isControlUpdate, type StreamUpdate } from '../protocol/stream-update.js';
import { Backoff } from './backoff.js';
import type { PayloadOf, RequestResult } from './client-socket.js';
import type { FeedTransport, SubscribeEventName, UnsubscribeEventName } from './feed-transport.js';
import type { Follower, FollowerHandler, FollowerPosition } from './follower.js';
import { passesFilter, type UpdateFilter } from './passes-filter.js';
import type { StreamingClientError } from './streaming-client.error.js';
import { placeOf, TextLengths } from './text-lengths.js';

/** The key of a filter that accepts all updates. */
const ALL = filterKey({});

/**
 * One channel over one connection, for all its followers. It subscribes from the earliest of their cursors,
 * also after every reconnect. Each follower gets each update after its own cursor once.
 */
export class ChannelFeed {
  readonly key: string;
  readonly #transport: FeedTransport;
  #phase: 'idle' | 'subscribing' | 'live' | 'ended' = 'idle';
  readonly #followers = new Set<Follower>();
  /** Grows with every subscribe request, so that the answer to an abandoned one is ignored. */
  #request = 0;
  /** The cursor of the last request. */
  #asked: Cursor | undefined;
  /** Whether the next update is the first after an answer. */
  #fresh = false;
  /** The log has confirmed that the missing sequence numbers are updates for other clients. */
  #expectsGaps = false;
  /** The position of the last received update of this subscription. */
  #position: Cursor | undefined;
  /** The filter of the server. */
  #filter: UpdateFilter = {};
  /** Whether the filter has become wider meanwhile, so that some lengths of texts are unknown. */
  #widened = false;
  #from: ClientSubscriptionConfig['from'];
  readonly #lengths = new TextLengths();
  readonly #retries: Backoff;

  constructor(
    readonly channel: Channel,
    transport: FeedTransport,
  ) {
    this.#transport = transport;
    this.key = channelKey(channel);
    this.#retries = new Backoff(transport.reconnection);
  }

  /** Whether a follower can join. It cannot if it starts before the position from which the log was read. */
  canServe({ cursor, options }: Follower): boolean {
    const [first] = this.#followers;
    if (!first) return true;
    const from = this.#fromOf(options);
    if (!this.#position) return isSame(cursor, first.cursor) && from === this.#from;
    if (!cursor) return from === 'live' || from === this.#from;
    if (isSame(cursor, this.#position)) return true;
    const isKnown = this.#lengths.has(cursor.sequence) && !this.#widened;
    const key = filterKey(this.#filter);
    return (
      cursor.epoch === this.#position.epoch && isKnown && [ALL, filterKey(options)].includes(key)
    );
  }

  join(follower: Follower): void {
    const isFirst = this.#followers.size === 0;
    this.#followers.add(follower);
    const isWider = !isFirst && this.#widenFor(follower.options);
    if (isFirst) {
      this.#filter = follower.options;
      this.#from = follower.cursor ? undefined : this.#fromOf(follower.options);
    } else if (this.#fromOf(follower.options) === 'live') follower.cursor ??= this.#position;
    if (!isWider && this.#phase === 'subscribing' && isSame(follower.cursor, this.#asked)) return;
    this.subscribe();
  }

  leave(follower: Follower): void {
    if (!this.#followers.delete(follower) || this.#followers.size > 0) return;
    this.#unsubscribe();
    this.#finish();
  }

  /** Asks the server for the updates after the earliest cursor, if there are followers and a connection. */
  subscribe(): void {
    if (this.#followers.size === 0 || this.#phase === 'ended' || !this.#transport.connected) return;
    this.#phase = 'subscribing';
    this.#expectsGaps ||= filterKey(this.#filter) !== ALL;
    this.#asked = this.#earliest;
    const request = ++this.#request;
    this.#sendSubscribe((result) => {
      if (request !== this.#request || this.#phase !== 'subscribing') return;
      if (result.ok) this.#begin(result.answer);
      else this.#retry(result.error);
    });
  }

  /** The connection is lost. The cursors stay. */
  detach(error: StreamingClientError): void {
    this.#retries.reset();
    if (this.#phase !== 'ended') this.#wait(error);
  }

  /** Following has failed, and is not tried again. */
  fail(error: StreamingClientError): void {
    if (this.#phase === 'ended') return;
    this.#end((handler) => handler.fail(error));
  }

  /** The server has ended the subscription. Subscribes again, unless this cannot succeed. */
  lose(error: StreamingClientError): void {
    // Messages before the answer are about a former subscription.
    if (this.#phase === 'live') this.#retry(error);
  }

  /** Handles an update of this channel from the wire. */
  receive(update: StreamUpdate): void {
    // Updates before the answer belong to a former subscription.
    if (this.#phase !== 'live' || !this.#position) return;
    const { sequenceNumber, fromSequence } = placeOf(update);
    if (sequenceNumber <= this.#position.sequence) return;
    if (!this.#continues(fromSequence, this.#position.sequence)) {
      this.subscribe();
      return;
    }
    // A subscription works as soon as its first update has come.
    if (this.#fresh) this.#retries.reset();
    this.#fresh = false;
    this.#position = { epoch: this.#position.epoch, sequence: sequenceNumber };
    this.#handOn(update, this.#position);
    if (this.channel.kind !== 'execution' || !isControlUpdate(update)) return;
    if (!isTerminalState(update.data.state)) return;
    // The server has ended the subscription by itself.
    this.#end((handler) => handler.end(update.data));
  }

  /** The server says that updates after our position are missing. */
  reset(position: SubscriptionPosition): void {
    if (this.#phase !== 'live') return;
    this.#asked = this.#position;
    this.#adopt(position);
  }

  #handOn(update: StreamUpdate, position: Cursor): void {
    for (const follower of [...this.#followers]) {
      // A follower that has left keeps the cursor where it left.
      if (!follower.cursor || !this.#followers.has(follower)) continue;
      const part = this.#lengths.after(follower.cursor, update);
      if (!part) continue;
      follower.cursor = position;
      if (passesFilter(follower.options, part)) follower.handler.receive(part);
    }
    this.#lengths.add(update);
  }

  /**
   * Whether an update comes directly after the position. If it does not, although nothing is filtered, an
   * update before it is missing. Then the log is read again, and its answer counts.
   */
  #continues(fromSequence: number, sequence: number): boolean {
    if (fromSequence === sequence + 1 || this.#expectsGaps) return true;
    if (this.#fresh) this.#expectsGaps = true;
    return this.#fresh;
  }

  /** The earliest of the cursors; undefined if a follower has no cursor yet. */
  get #earliest(): Cursor | undefined {
    return [...this.#followers]
      .map(({ cursor }) => cursor)
      .reduce((a, b) => (a && b && b.sequence < a.sequence ? b : a && b && a));
  }

  #sendSubscribe(onResult: (result: RequestResult<FollowerPosition>) => void): void {
    const { eventTypes, nodeIds, agents, subgraphs } = this.#filter;
    const from = [...this.#followers].find(({ cursor }) => !cursor)?.options.from;
    const waitForMs = Math.ceil(this.#remainingMs);
    const { kind } = this.channel;
    const start = { from, cursor: this.#asked };
    const payload = {
      ...nameOf(this.channel),
      // A thread has no filter. JSON leaves out undefined fields.
      ...(kind === 'thread'
        ? start
        : { options: { eventTypes, nodeIds, agents, subgraphs, ...start } }),
      waitForMs: waitForMs || undefined,
    };
    const event: SubscribeEventName = kind === 'room' ? 'join_room' : `subscribe_${kind}`;
    this.#transport.send(event, payload as PayloadOf<typeof event>, onResult, waitForMs);
  }

  #fromOf({ from }: ClientSubscriptionConfig): ClientSubscriptionConfig['from'] {
    return from ?? (this.channel.kind === 'execution' ? 'start' : 'live');
  }

  get #remainingMs(): number {
    const now = performance.now();
    return Math.max(0, ...[...this.#followers].map(({ waitUntil }) => waitUntil - now));
  }

  #unsubscribe(): void {
    if (this.#phase === 'idle' || this.#phase === 'ended' || !this.#transport.connected) return;
    const { kind } = this.channel;
    const event: UnsubscribeEventName = kind === 'room' ? 'leave_room' : `unsubscribe_${kind}`;
    this.#transport.send(event, nameOf(this.channel) as PayloadOf<typeof event>, ignore);
  }

  #begin(position: FollowerPosition): void {
    this.#phase = 'live';
    this.#adopt(position);
    const { state, head = Infinity } = position;
    for (const follower of [...this.#followers]) {
      follower.waitUntil = 0;
      const { cursor, handler } = follower;
      // A follower that was told about missing updates may have left.
      if (!cursor || !this.#followers.has(follower)) continue;
      handler.subscribed({ ...position, cursor });
      if (!state || !isTerminalState(state) || cursor.sequence < head) continue;
      this.leave(follower);
      handler.end({ state });
    }
  }

  #adopt({ cursor, recovered }: SubscriptionPosition): void {
    if (cursor.epoch !== this.#position?.epoch) this.#lengths.clear();
    this.#position = cursor;
    this.#fresh = true;
    for (const follower of [...this.#followers]) {
      const previous = follower.cursor;
      // The log was read again for another follower.
      const isAhead =
        previous?.epoch === cursor.epoch &&
        previous.sequence > cursor.sequence &&
        !isSame(previous, this.#asked);
      if (isAhead) continue;
      follower.cursor = cursor;
      if (!recovered) follower.handler.reset({ cursor, recovered }, previous);
    }
  }

  /** @returns whether the server has to be asked for more */
  #widenFor(options: UpdateFilter): boolean {
    const key = filterKey(this.#filter);
    if (key === ALL || key === filterKey(options)) return false;
    this.#filter = {};
    this.#widened = true;
    return true;
  }

  #finish(): void {
    this.#phase = 'ended';
    this.#retries.cancel();
    this.#transport.remove(this);
  }

  /** All followers are told why, and leave. */
  #end(tell: (handler: FollowerHandler) => void): void {
    const followers = [...this.#followers];
    this.#finish();
    this.#followers.clear();
    for (const { handler } of followers) tell(handler);
  }

  #wait(error: StreamingClientError): void {
    this.#phase = 'idle';
    for (const { handler } of [...this.#followers]) handler.wait(error);
  }

  #retry(error: StreamingClientError): void {
    this.#wait(error);
    // The server may wait for a shorter time than the client, or not at all.
    const waits = error.code === 'EXECUTION_NOT_FOUND' && this.#remainingMs > 0;
    // Following a removed thread would begin a new thread.
    const isOver = error.code === 'CHANNEL_GONE' && this.channel.kind === 'thread';
    const scheduled =
      ((error.retryable && !isOver) || waits) &&
      this.#retries.schedule(() => this.subscribe(), error.body?.retryAfterMs);
    if (!scheduled) this.fail(error);
  }
}

function isSame(a: Cursor | undefined, b: Cursor | undefined): boolean {
  return a?.epoch === b?.epoch && a?.sequence === b?.sequence;
}

function filterKey({ eventTypes, nodeIds, agents, subgraphs }: UpdateFilter): string {
  return JSON.stringify([eventTypes ?? [], nodeIds ?? [], agents ?? [], subgraphs ?? true]);
}

/** The server forgets a subscription with its connection, so nothing depends on this answer. */
function ignore(): void {}
