import type { LogEntry } from '../log/log-entry.js';
import { canServe } from '../log/log-position.js';
import type { StreamLog, Unfollow } from '../log/stream-log.js';
import type { Channel } from '../protocol/channel.js';
import type { SubscriptionPosition } from '../protocol/client-events.js';
import type { Cursor } from '../protocol/cursor.js';
import type { ExecutionState } from '../protocol/execution-state.js';
import { isTerminalEvent } from '../protocol/stream-event-type.js';
import type { AcknowledgmentAnswers, AcknowledgmentRequest } from './acknowledgment-request.js';
import { Acknowledgments } from './acknowledgments.js';
import { Audience } from './audience.js';
import { CatchUpReader, type CatchUpPage } from './catch-up-reader.js';
import type { DeliveryTransport } from './delivery-transport.js';
import { Subscriber, type SubscriberIdentity } from './subscriber.js';
import type { SubscriptionFilter } from './subscription-filter.js';
import type { Turns } from './turns.js';

/** Where a subscription begins. */
export interface SubscriptionStart {
  readonly cursor?: Cursor | undefined;
  readonly from?: 'start' | 'live' | undefined;
}

/** Where a subscription stands, and what the channel was like then. */
export interface ChannelPosition extends SubscriptionPosition {
  /** The sequence number of the newest update. */
  readonly head: number;
  readonly state: ExecutionState | undefined;
}

/**
 * Delivers one channel to its subscribers. It follows the log once; subscribers that are up to date
 * are grouped in audiences and get live entries by broadcast; each other one reads the log from its
 * own position until it has caught up, and joins its audience in the same synchronous step. One that
 * does not take a live entry, because its network is slow, is such another one from then on.
 */
export class ChannelHub {
  readonly #reader: CatchUpReader;
  readonly #audiences = new Map<string, Audience>();
  readonly #subscribers = new Map<string, Subscriber>();
  /** Subscribers that read ahead of the live entries, by the position at which they can join. */
  readonly #waiting = new Map<number, Subscriber[]>();
  readonly #acknowledgments: Acknowledgments;
  /** The sequence number of the last live entry. */
  #position = 0;
  #epoch = '';
  #ended = false;
  #unfollow: Unfollow | undefined;

  constructor(
    readonly channel: Channel,
    private readonly log: StreamLog,
    private readonly transport: DeliveryTransport,
    private readonly turns: Turns,
    /** Called when a subscription ended, whoever ended it. */
    private readonly onLeft: (clientId: string) => void,
  ) {
    this.#reader = new CatchUpReader(channel, log, (entries) => this.#prepare(entries));
    this.#acknowledgments = new Acknowledgments(channel, transport, (subscriber) =>
      subscriber.live ? this.#position : subscriber.position,
    );
  }

  get isEmpty(): boolean {
    return this.#subscribers.size === 0;
  }

  get clientIds(): string[] {
    return [...this.#subscribers.keys()];
  }

  /** Follows the log. @returns false when there is no such channel */
  async start(): Promise<boolean> {
    const unfollow = await this.log.follow(this.channel, (entries) => this.#deliver(entries));
    if (!unfollow) return false;
    const info = await this.log.describe(this.channel);
    if (!info) {
      await unfollow();
      return false;
    }
    this.#unfollow = unfollow;
    this.#epoch = info.epoch;
    this.#ended ||= info.endedAt !== undefined;
    this.#position = Math.max(this.#position, info.head);
    return true;
  }

  /**
   * Adds a subscriber. Nothing is sent until {@link begin}, so that the caller can answer first.
   *
   * @returns where it stands, or undefined when the channel is gone
   */
  async subscribe(
    identity: SubscriberIdentity,
    filter: SubscriptionFilter,
    start: SubscriptionStart,
  ): Promise<ChannelPosition | undefined> {
    const info = await this.log.describe(this.channel);
    if (!info) return undefined;
    const live = start.from === 'live' && !start.cursor;
    const recovered = live || canServe(info, start.cursor);
    const sequence = live ? info.head : recovered ? (start.cursor?.sequence ?? 0) : info.first - 1;
    this.unsubscribe(identity.clientId);
    this.#subscribers.set(identity.clientId, new Subscriber(identity, filter, sequence));
    const { epoch, head, state } = info;
    return { cursor: { epoch, sequence }, recovered, head, state };
  }

  /** Starts sending to a subscriber: first what it missed, then what comes. */
  async begin(clientId: string): Promise<void> {
    const subscriber = this.#subscribers.get(clientId);
    if (subscriber) await this.#catchUp(subscriber);
  }

  /** Changes what a subscriber gets, from the next update on. */
  setFilter(clientId: string, change: (filter: SubscriptionFilter) => SubscriptionFilter): void {
    const subscriber = this.#subscribers.get(clientId);
    if (!subscriber) return;
    const { live } = subscriber;
    if (live) this.#leaveAudience(subscriber);
    subscriber.filter = change(subscriber.filter);
    if (live) this.#joinAudience(subscriber);
  }

  /** @returns whether the client was subscribed */
  unsubscribe(clientId: string): boolean {
    const subscriber = this.#subscribers.get(clientId);
    if (!subscriber) return false;
    subscriber.closed = true;
    this.#subscribers.delete(clientId);
    if (subscriber.live) this.#leaveAudience(subscriber);
    this.onLeft(clientId);
    this.#acknowledgments.settle();
    return true;
  }

  /** Asks the subscribers whether they have everything that the log has now. */
  async requestAcknowledgments(request: AcknowledgmentRequest): Promise<AcknowledgmentAnswers> {
    const info = await this.log.describe(this.channel);
    const cursor = { epoch: info?.epoch ?? this.#epoch, sequence: info?.head ?? 0 };
    return this.#acknowledgments.request([...this.#subscribers.values()], cursor, request);
  }

  async close(): Promise<void> {
    this.#reader.close();
    await this.#unfollow?.();
  }

  #deliver(entries: readonly LogEntry[]): void {
    if (entries.length === 0) void this.#checkGone();
    const fresh = entriesAfter(this.#position, entries);
    // Somebody may join between two of them.
    if (this.#waiting.size > 0) for (const entry of fresh) this.#broadcast([entry]);
    else this.#broadcast(fresh);
  }

  #broadcast(entries: readonly LogEntry[]): void {
    const last = entries.at(-1);
    if (!last) return;
    const before = this.#position;
    this.#position = last.sequence;
    const prepared = this.#prepare(entries);
    // A copy, since a subscriber inside the process may change its filter when it gets them.
    for (const audience of [...this.#audiences.values()])
      for (const subscriber of audience.deliver(prepared)) this.#fallBehind(subscriber, before);
    for (const subscriber of this.#takeWaiting(last.sequence)) this.#joinAudience(subscriber);
    this.#acknowledgments.settle();
    if (this.#endsWith(last)) this.#end();
  }

  /** What subscribers get in place of entries, without those that are withheld. */
  #prepare(entries: readonly LogEntry[]): readonly LogEntry[] {
    const { transport, channel } = this;
    if (!transport.prepare) return entries;
    return entries.flatMap((entry) => transport.prepare?.(entry, channel) ?? []);
  }

  /** The log says that the channel ended or is gone. One that is gone has no subscribers. */
  async #checkGone(): Promise<void> {
    if (await this.log.describe(this.channel)) return;
    for (const clientId of this.clientIds) this.unsubscribe(clientId);
  }

  /** A live subscriber did not take what came after `position`: it gets it when it has drained. */
  #fallBehind(subscriber: Subscriber, position: number): void {
    this.#leaveAudience(subscriber);
    subscriber.position = position;
    this.#catchUp(subscriber).catch((error: unknown) => {
      this.unsubscribe(subscriber.clientId);
      this.transport.fail(subscriber.clientId, error);
    });
  }

  async #catchUp(subscriber: Subscriber): Promise<void> {
    while (!subscriber.closed) {
      await this.transport.drained(subscriber.clientId);
      if (subscriber.closed) return;
      const cursor = { epoch: this.#epoch, sequence: subscriber.position };
      const page = await this.#reader.read(cursor, subscriber);
      await this.turns.next();
      if (subscriber.closed) return;
      if (!page) {
        this.unsubscribe(subscriber.clientId);
        return;
      }
      this.#send(subscriber, page);
      if (subscriber.closed || this.#tryJoin(subscriber)) return;
    }
  }

  #send(subscriber: Subscriber, page: CatchUpPage): void {
    if (!page.recovered) this.#reset(subscriber, page.epoch, page.after);
    const { last } = page;
    if (!last) return;
    const entries = page.entriesFor(subscriber);
    const sent = this.transport.send(subscriber.clientId, entries);
    if (sent < entries.length) {
      subscriber.position = entries[sent - 1]?.sequence ?? subscriber.position;
      return;
    }
    subscriber.position = last.sequence;
    this.#acknowledgments.settle();
    if (this.#endsWith(last)) this.unsubscribe(subscriber.clientId);
  }

  #reset(subscriber: Subscriber, epoch: string, sequence: number): void {
    const { kind, id } = this.channel;
    this.#epoch = epoch;
    subscriber.position = sequence;
    this.transport.reset(subscriber.clientId, {
      ...(kind === 'room' ? { roomId: id } : { executionId: id }),
      cursor: { epoch, sequence },
      recovered: false,
    });
  }

  /** Joins the live audience if the subscriber has read up to, or past, what was delivered live. */
  #tryJoin(subscriber: Subscriber): boolean {
    if (subscriber.position < this.#position) return false;
    if (this.#ended) this.unsubscribe(subscriber.clientId);
    else if (subscriber.position === this.#position) this.#joinAudience(subscriber);
    else
      this.#waiting.set(subscriber.position, [
        ...(this.#waiting.get(subscriber.position) ?? []),
        subscriber,
      ]);
    return true;
  }

  #takeWaiting(sequence: number): Subscriber[] {
    if (this.#waiting.size === 0) return [];
    const waiting = this.#waiting.get(sequence) ?? [];
    this.#waiting.delete(sequence);
    return waiting.filter((subscriber) => !subscriber.closed);
  }

  #joinAudience(subscriber: Subscriber): void {
    const { filter } = subscriber;
    let audience = this.#audiences.get(filter.key);
    if (!audience) {
      audience = new Audience(filter, this.transport);
      this.#audiences.set(filter.key, audience);
    }
    subscriber.live = true;
    audience.join(subscriber);
  }

  #leaveAudience(subscriber: Subscriber): void {
    const { key } = subscriber.filter;
    const audience = this.#audiences.get(key);
    subscriber.live = false;
    // A subscriber that left is up to date: everything until now was broadcast to it.
    subscriber.position = this.#position;
    audience?.leave(subscriber);
    if (audience?.isEmpty) this.#audiences.delete(key);
  }

  /** Whether nothing follows an entry. In a room an execution may end, but not the room. */
  #endsWith({ type }: LogEntry): boolean {
    return this.channel.kind === 'execution' && isTerminalEvent(type);
  }

  /** The execution ended: whoever got that live is done; who catches up reads to the end. */
  #end(): void {
    this.#ended = true;
    for (const subscriber of this.#subscribers.values()) {
      if (subscriber.live) this.unsubscribe(subscriber.clientId);
    }
  }
}

/** Entries that come after a position. A log in this process gives no others: then none are copied. */
function entriesAfter(position: number, entries: readonly LogEntry[]): readonly LogEntry[] {
  const [first] = entries;
  if (first === undefined || first.sequence > position) return entries;
  return entries.filter(({ sequence }) => sequence > position);
}
