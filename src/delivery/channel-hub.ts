import { StreamingError } from '../errors/streaming.error.js';
import type { LogEntry } from '../log/log-entry.js';
import { canServe, entriesAfter } from '../log/log-position.js';
import type { LogEvent } from '../log/log-event.js';
import { soon } from '../log/soon.js';
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
 * Returns the entry that clients get instead, with the same place; undefined to withhold it. Two objects are
 * the same entry if channel, epoch and sequence number are equal.
 */
export type PrepareEntry = (entry: LogEntry) => LogEntry | undefined;

/** The parts that the hub of one channel needs. */
export interface HubContext extends CatchUpContext {
  /** Without it, clients get entries unchanged. */
  readonly prepare: PrepareEntry | undefined;
  /** Called when a subscription has ended. If the hub ended it, `reason` says why. */
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
  /** The reason why the channel cannot be read any more. */
  #loss: { readonly reason: unknown } | undefined;
  #unfollow: Unfollow | undefined;
  /** Events that came before the hub knew which life of the channel it follows. */
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

  /** Whether the channel is gone. A new channel with the same id needs a new hub. */
  get isOutlived(): boolean {
    return this.#loss !== undefined;
  }

  /**
   * Follows the log, until {@link close}. If the channel is a room that does not exist, it is created.
   *
   * @returns the channel; undefined if there is no such channel
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

  /** The present facts about the channel; undefined if it is gone. */
  async describe(): Promise<ChannelInfo | undefined> {
    const info = await this.context.log.describe(this.channel);
    if (info?.epoch !== this.#epoch) this.#lose(channelGone());
    return this.isOutlived ? undefined : info;
  }

  /**
   * Adds a subscriber. It gets nothing until it begins.
   *
   * @param info - the recent facts about the channel
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

  /** Changes the filter of a subscriber, beginning with the next update. */
  setFilter(clientId: string, change: (filter: SubscriptionFilter) => SubscriptionFilter): void {
    const subscriber = this.#subscribers.get(clientId);
    if (!subscriber) return;
    const { live } = subscriber;
    if (live) this.#leaveAudience(subscriber);
    subscriber.filter = change(subscriber.filter);
    if (live) this.#joinAudience(subscriber);
  }

  /**
   * @param reason - why the hub ends the subscription; undefined if the client ended it or the execution has
   * ended
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

  /** Asks the subscribers to acknowledge everything that the log has now. */
  async requestAcknowledgments(request: AcknowledgmentRequest): Promise<AcknowledgmentAnswers> {
    const info = await soon(this.context.log.describe(this.channel));
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
      // A late event of the former life does not concern the subscribers of this life.
      if (event.type === 'reset') this.#lose(channelGone());
    } else if (event.type === 'entries') this.#deliver(event.entries);
  }

  #deliver(entries: readonly LogEntry[]): void {
    const fresh = entriesAfter(this.#position, entries);
    // A subscriber may join between two entries.
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

  /** The entries that subscribers get instead, without withheld entries. */
  #prepare(entries: readonly LogEntry[]): readonly LogEntry[] {
    const { prepare } = this.context;
    if (!prepare) return entries;
    return entries.flatMap((entry) => prepare(entry) ?? []);
  }

  /** The channel cannot be read any more. Subscribers that have begun are told now. */
  #lose(reason: unknown): void {
    this.#loss ??= { reason };
    for (const subscriber of [...this.#subscribers.values()])
      if (subscriber.begun) this.#cutOff(subscriber, reason);
  }

  #cutOff(subscriber: Subscriber, reason: unknown): void {
    if (!subscriber.closed) this.unsubscribe(subscriber.clientId, reason);
  }

  /** Starts sending to a subscriber: first missed entries, then live entries. */
  async #begin(subscriber: Subscriber): Promise<void> {
    if (subscriber.begun) return;
    subscriber.begun = true;
    if (this.#loss) this.#cutOff(subscriber, this.#loss.reason);
    else await this.#follow(subscriber);
  }

  /** A live subscriber refused the entries after `position`. It gets them when its connection has drained. */
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

  /** A page was sent to a subscriber. @returns whether the subscriber need not read more */
  #isDone(subscriber: Subscriber, last: LogEntry | undefined): boolean {
    if (last) this.#acknowledgments.settle();
    if (last && this.#endsWith(last)) this.unsubscribe(subscriber.clientId);
    return subscriber.closed || this.#tryJoin(subscriber);
  }

  /** Joins the live audience if the subscriber has read all entries that were delivered live. */
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

  /** Whether no entry follows this entry. If an execution ends, a room that gets its updates does not end. */
  #endsWith({ type }: LogEntry): boolean {
    return this.channel.kind === 'execution' && isTerminalEvent(type);
  }

  /** The execution has ended. Live subscribers are done. Others still read the log to its end. */
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
