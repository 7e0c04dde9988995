import { StreamingError } from '../errors/streaming.error.js';
import type { LogEntry } from '../log/log-entry.js';
import { canServe, entriesAfter } from '../log/log-position.js';
import type { LogEvent } from '../log/log-event.js';
import type { ChannelInfo, Unfollow } from '../log/stream-log.js';
import type { Channel } from '../protocol/channel.js';
import { isTerminalEvent } from '../protocol/control-event-name.js';
import type { AcknowledgmentAnswers, AcknowledgmentRequest } from './acknowledgment-request.js';
import { Acknowledgments } from './acknowledgments.js';
import { Audiences } from './audience.js';
import { CatchUp, type CatchUpContext } from './catch-up.js';
import { ReadAhead } from './read-ahead.js';
import { Subscriber, type SubscriberIdentity } from './subscriber.js';
import { beginsLive, type Subscription, type SubscriptionStart } from './subscription.js';
import type { SubscriptionFilter } from './subscription-filter.js';

/**
 * What clients get in place of an entry, at the same place of the channel; undefined to withhold it.
 * An entry is the same one when channel, epoch and sequence are, whatever object it is.
 */
export type PrepareEntry = (entry: LogEntry) => LogEntry | undefined;

/** What the hub of one channel works with. */
export interface HubContext extends CatchUpContext {
  /** Absent: clients get entries as they are. */
  readonly prepare: PrepareEntry | undefined;
  /** Called when a subscription ended, whoever ended it; with the reason when it was cut off. */
  readonly onLeft: (clientId: string, reason?: unknown) => void;
}

/**
 * Delivers one life of a channel to its subscribers. It follows the log once. Subscribers that are up
 * to date are grouped in audiences and get live entries by broadcast. Each other subscriber catches up
 * from its own position, and joins its audience in the same synchronous step. If a subscriber's
 * network is too slow for a live entry, the subscriber goes back to catching up.
 */
export class ChannelHub {
  readonly #catchUp: CatchUp;
  readonly #audiences: Audiences;
  readonly #subscribers = new Map<string, Subscriber>();
  readonly #ahead = new ReadAhead();
  readonly #acknowledgments: Acknowledgments;
  /** The sequence number of the last live entry. */
  #position = 0;
  #epoch = '';
  #ended = false;
  /** Why nothing can be had of the channel any more. */
  #loss: { readonly reason: unknown } | undefined;
  #unfollow: Unfollow | undefined;
  /** What was heard before it was known which life of the channel is followed. */
  #early: LogEvent[] | undefined = [];

  constructor(private readonly context: HubContext) {
    const { channel, transport } = context;
    this.#audiences = new Audiences(transport);
    this.#catchUp = new CatchUp(context, (entries) => this.#prepare(entries));
    this.#acknowledgments = new Acknowledgments(channel, transport, (subscriber) =>
      subscriber.live ? this.#position : subscriber.position,
    );
  }

  get channel(): Channel {
    return this.context.channel;
  }

  get isEmpty(): boolean {
    return this.#subscribers.size === 0;
  }

  get clientIds(): string[] {
    return [...this.#subscribers.keys()];
  }

  /** Whether the channel is gone; one with the same id is another, and needs another hub. */
  get isOutlived(): boolean {
    return this.#loss !== undefined;
  }

  /**
   * Follows the log, until {@link close}. A room begins with whoever comes first.
   *
   * @returns the channel; undefined when there is no such channel
   */
  async start(): Promise<ChannelInfo | undefined> {
    const { channel } = this;
    const create = channel.kind === 'room';
    const followed = await this.context.log.follow(channel, (event) => this.#hear(event), {
      create,
    });
    if (!followed) return undefined;
    const { unfollow, epoch, endedAt, head } = followed;
    this.#unfollow = unfollow;
    this.#epoch = epoch;
    this.#ended = endedAt !== undefined;
    this.#position = head;
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const event of early) this.#hear(event);
    return this.isOutlived ? undefined : followed;
  }

  /** The channel as it is now; undefined when it is gone. */
  async describe(): Promise<ChannelInfo | undefined> {
    const info = await this.context.log.describe(this.channel);
    if (info?.epoch !== this.#epoch) this.#lose(channelGone());
    return this.isOutlived ? undefined : info;
  }

  /**
   * Adds a subscriber, to which nothing is sent until it begins.
   *
   * @param info - the channel as it was a moment ago
   * @returns undefined when the channel is gone
   */
  subscribe(
    identity: SubscriberIdentity,
    filter: SubscriptionFilter,
    start: SubscriptionStart,
    described: ChannelInfo,
  ): Subscription | undefined {
    if (this.isOutlived) return undefined;
    const info = { ...described, head: Math.max(described.head, this.#position) };
    const live = beginsLive(start);
    const recovered = live || canServe(info, start.cursor);
    const oldest = (info.firstKept ?? info.first) - 1;
    const sequence = live ? info.head : recovered ? (start.cursor?.sequence ?? 0) : oldest;
    this.unsubscribe(identity.clientId);
    const subscriber = new Subscriber(identity, filter, sequence);
    subscriber.isReset = !recovered && info.firstKept !== undefined;
    this.#subscribers.set(identity.clientId, subscriber);
    const { epoch, head, state } = info;
    const begin = (): Promise<void> => this.#begin(subscriber);
    return { cursor: { epoch, sequence }, recovered, head, state, begin };
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

  /**
   * @param reason - why the subscription is cut off, if it is not over and nobody ended it
   * @returns whether the client was subscribed
   */
  unsubscribe(clientId: string, reason?: unknown): boolean {
    const subscriber = this.#subscribers.get(clientId);
    if (!subscriber) return false;
    subscriber.closed = true;
    this.#subscribers.delete(clientId);
    if (subscriber.live) this.#leaveAudience(subscriber);
    this.context.onLeft(clientId, reason);
    this.#acknowledgments.settle();
    return true;
  }

  /** Asks the subscribers whether they have everything that the log has now. */
  async requestAcknowledgments(request: AcknowledgmentRequest): Promise<AcknowledgmentAnswers> {
    const info = await this.context.log.describe(this.channel);
    const cursor = { epoch: info?.epoch ?? this.#epoch, sequence: info?.head ?? 0 };
    return this.#acknowledgments.request([...this.#subscribers.values()], cursor, request);
  }

  async close(): Promise<void> {
    this.#catchUp.close();
    const unfollow = this.#unfollow;
    this.#unfollow = undefined;
    await unfollow?.();
  }

  #hear(event: LogEvent): void {
    if (this.#early) this.#early.push(event);
    else if (event.type === 'gone') this.#lose(channelGone());
    else if (event.epoch !== this.#epoch) {
      // What is told late of the life before this one concerns nobody here.
      if (event.type === 'reset') this.#lose(channelGone());
    } else if (event.type === 'entries') this.#deliver(event.entries);
  }

  #deliver(entries: readonly LogEntry[]): void {
    const fresh = entriesAfter(this.#position, entries);
    // Somebody may join between two of them.
    if (!this.#ahead.isEmpty) for (const entry of fresh) this.#broadcast([entry]);
    else this.#broadcast(fresh);
  }

  #broadcast(entries: readonly LogEntry[]): void {
    const last = entries.at(-1);
    if (!last) return;
    const before = this.#position;
    this.#position = last.sequence;
    const audiences = this.#audiences.all();
    const prepared = audiences.length > 0 ? this.#prepare(entries) : [];
    for (const audience of audiences)
      for (const subscriber of audience.deliver(prepared)) this.#fallBehind(subscriber, before);
    for (const subscriber of this.#ahead.take(last.sequence)) this.#joinAudience(subscriber);
    this.#acknowledgments.settle();
    if (this.#endsWith(last)) this.#end();
  }

  /** What subscribers get in place of entries, without those that are withheld. */
  #prepare(entries: readonly LogEntry[]): readonly LogEntry[] {
    const { prepare } = this.context;
    if (!prepare) return entries;
    return entries.flatMap((entry) => prepare(entry) ?? []);
  }

  /** Nothing more can be had of the channel, which whoever has begun is told now. */
  #lose(reason: unknown): void {
    this.#loss ??= { reason };
    for (const subscriber of [...this.#subscribers.values()])
      if (subscriber.begun) this.#cutOff(subscriber, reason);
  }

  #cutOff(subscriber: Subscriber, reason: unknown): void {
    if (!subscriber.closed) this.unsubscribe(subscriber.clientId, reason);
  }

  /** Starts sending to a subscriber: first what it missed, then what comes. */
  async #begin(subscriber: Subscriber): Promise<void> {
    if (subscriber.begun) return;
    subscriber.begun = true;
    if (this.#loss) this.#cutOff(subscriber, this.#loss.reason);
    else await this.#follow(subscriber);
  }

  /** A live subscriber did not take what came after `position`: it gets it when it has drained. */
  #fallBehind(subscriber: Subscriber, position: number): void {
    this.#leaveAudience(subscriber);
    subscriber.position = position;
    void this.#follow(subscriber);
  }

  /** Lets a subscriber catch up. Never rejects. */
  async #follow(subscriber: Subscriber): Promise<void> {
    try {
      const isDone = (last?: LogEntry): boolean => this.#isDone(subscriber, last);
      if (!(await this.#catchUp.run(subscriber, this.#epoch, isDone))) this.#lose(channelGone());
    } catch (error) {
      this.#cutOff(subscriber, error);
    }
  }

  /** A subscriber was sent a page. @returns whether it need not read on */
  #isDone(subscriber: Subscriber, last: LogEntry | undefined): boolean {
    if (last) this.#acknowledgments.settle();
    if (last && this.#endsWith(last)) this.unsubscribe(subscriber.clientId);
    return subscriber.closed || this.#tryJoin(subscriber);
  }

  /** Joins the live audience if the subscriber has read up to, or past, what was delivered live. */
  #tryJoin(subscriber: Subscriber): boolean {
    if (subscriber.position < this.#position) return false;
    if (this.#ended) this.unsubscribe(subscriber.clientId);
    else if (subscriber.position === this.#position) this.#joinAudience(subscriber);
    else this.#ahead.add(subscriber);
    return true;
  }

  #joinAudience(subscriber: Subscriber): void {
    subscriber.live = true;
    this.#audiences.join(subscriber);
  }

  #leaveAudience(subscriber: Subscriber): void {
    subscriber.live = false;
    // A subscriber that left is up to date: everything until now was broadcast to it.
    subscriber.position = this.#position;
    this.#audiences.leave(subscriber);
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

function channelGone(): StreamingError {
  return new StreamingError(
    'CHANNEL_GONE',
    'The channel was removed while you followed it. Subscribe again from your cursor to learn whether it exists again.',
  );
}
