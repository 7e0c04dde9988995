import { GatewayErrorHandler } from '../errors/gateway-error-handler.js';
import type { ChannelInfo, StreamLog } from '../log/stream-log.js';
import { channelKey, type Channel } from '../protocol/channel.js';
import type { StreamUpdate } from '../protocol/stream-update.js';
import { pageExpiry } from './catch-up-reader.js';
import { ChannelHub, type PrepareEntry } from './channel-hub.js';
import type { AcknowledgmentAnswers, AcknowledgmentRequest } from './acknowledgment-request.js';
import type { DeliveryTransport } from './delivery-transport.js';
import type { SubscriberIdentity } from './subscriber.js';
import type { Subscription, SubscriptionStart } from './subscription.js';
import type { SubscriptionFilter } from './subscription-filter.js';
import { Turns } from '../common/turns.js';

export type { PrepareEntry } from './channel-hub.js';
export type { Subscription } from './subscription.js';

/** The functions that a delivery calls after errors. */
export interface DeliveryEvents {
  /**
   * The hub has ended a subscription of a client. The client must be told, otherwise it would wait forever.
   */
  onLost(clientId: string, channel: Channel, error: unknown): void;
  /** An error that concerns no client. */
  onFailure(error: unknown): void;
}

interface HubEntry {
  readonly hub: ChannelHub;
  /** The facts about the channel when the hub began; undefined if there is no such channel. */
  readonly started: Promise<ChannelInfo | undefined>;
  /** Whether the facts in {@link started} were already used. */
  isKnown: boolean;
  /** The number of subscriptions that are being made. They keep the hub open. */
  pending: number;
}

/** Delivers channels to the clients of one transport. A channel has a hub while it has subscribers. */
export class Delivery {
  readonly #hubs = new Map<string, HubEntry>();
  /** The keys of the hubs that are rooms. */
  readonly #rooms = new Set<string>();
  readonly #channelsOfClient = new Map<string, Map<string, Channel>>();
  /** Subscribers that catch up take turns, over all channels. */
  readonly #turns = new Turns();
  readonly #expiry = pageExpiry();

  constructor(
    private readonly log: StreamLog,
    private readonly transport: DeliveryTransport,
    private readonly events: DeliveryEvents = lettingGo(transport),
    /** Absent: clients get entries as they are. */
    private readonly prepare?: PrepareEntry,
  ) {}

  /**
   * Subscribes a client. If it is subscribed already, subscribes it again from another position or with
   * another filter.
   *
   * @param admit - called with the channel before the client is subscribed; it throws to refuse
   * @returns undefined when there is no such channel
   */
  async subscribe(
    identity: SubscriberIdentity,
    channel: Channel,
    filter: SubscriptionFilter,
    start: SubscriptionStart = {},
    admit: (info: ChannelInfo) => Promise<void> | void = () => undefined,
  ): Promise<Subscription | undefined> {
    const entry = this.#entry(channel);
    entry.pending += 1;
    try {
      const info = await describe(entry);
      if (info) await admit(info);
      const subscription = info && entry.hub.subscribe(identity, filter, start, info);
      if (subscription) {
        const { clientId } = identity;
        const channels = this.#channelsOfClient.get(clientId) ?? new Map<string, Channel>();
        this.#channelsOfClient.set(clientId, channels.set(channelKey(channel), channel));
        return subscription;
      }
    } finally {
      entry.pending -= 1;
      this.#closeIfIdle(entry);
    }
    return entry.hub.isOutlived
      ? this.subscribe(identity, channel, filter, start, admit)
      : undefined;
  }

  /** @returns whether the client was subscribed */
  unsubscribe(clientId: string, channel: Channel): boolean {
    return this.#hubs.get(channelKey(channel))?.hub.unsubscribe(clientId) ?? false;
  }

  /** Ends every subscription of a client. */
  removeClient(clientId: string): void {
    for (const channel of this.channelsOf(clientId)) this.unsubscribe(clientId, channel);
  }

  /** Changes the filter of a client's subscription. */
  setFilter(
    clientId: string,
    channel: Channel,
    change: (filter: SubscriptionFilter) => SubscriptionFilter,
  ): void {
    this.#hubs.get(channelKey(channel))?.hub.setFilter(clientId, change);
  }

  /** The channels that a client is subscribed to. */
  channelsOf(clientId: string): Channel[] {
    return [...(this.#channelsOfClient.get(clientId)?.values() ?? [])];
  }

  /** The keys of the rooms that clients are in, or are joining. */
  get rooms(): ReadonlySet<string> {
    return this.#rooms;
  }

  /** Which clients are subscribed to a channel. */
  clientsOf(channel: Channel): string[] {
    return this.#hubs.get(channelKey(channel))?.hub.clientIds ?? [];
  }

  /** Sends one client an update that is in no log; see {@link DeliveryTransport.push}. */
  push(clientId: string, update: StreamUpdate): boolean {
    return this.transport.push(clientId, update);
  }

  /** Asks the subscribed clients that can answer to acknowledge all updates of a channel. */
  async requestAcknowledgments(
    channel: Channel,
    request: AcknowledgmentRequest,
  ): Promise<AcknowledgmentAnswers> {
    const hub = this.transport.ask && this.#hubs.get(channelKey(channel))?.hub;
    return (await hub?.requestAcknowledgments(request)) ?? { acknowledged: [], missing: [] };
  }

  async close(): Promise<void> {
    const hubs = [...this.#hubs.values()];
    this.#hubs.clear();
    this.#rooms.clear();
    this.#channelsOfClient.clear();
    this.#expiry.clear();
    await Promise.all(hubs.map((entry) => this.#closeHub(entry)));
  }

  #entry(channel: Channel): HubEntry {
    const key = channelKey(channel);
    const existing = this.#hubs.get(key);
    if (existing && !existing.hub.isOutlived) return existing;
    const { log, transport, prepare } = this;
    const hub = new ChannelHub({
      channel,
      log,
      transport,
      prepare,
      turns: this.#turns,
      expiry: this.#expiry,
      onLeft: (clientId, reason) => this.#left(clientId, entry, reason),
    });
    const entry: HubEntry = { hub, started: hub.start(), isKnown: false, pending: 0 };
    this.#hubs.set(key, entry);
    if (channel.kind === 'room') this.#rooms.add(key);
    return entry;
  }

  #left(clientId: string, entry: HubEntry, reason: unknown): void {
    const { channel } = entry.hub;
    const channels = this.#channelsOfClient.get(clientId);
    channels?.delete(channelKey(channel));
    if (channels?.size === 0) this.#channelsOfClient.delete(clientId);
    if (reason !== undefined) this.events.onLost(clientId, channel, reason);
    this.transport.left?.(clientId, channel);
    this.#closeIfIdle(entry);
  }

  #closeIfIdle(entry: HubEntry): void {
    if (entry.pending > 0 || !entry.hub.isEmpty) return;
    const key = channelKey(entry.hub.channel);
    // A hub of a former life of the channel was replaced by another hub.
    if (this.#hubs.get(key) === entry) {
      this.#hubs.delete(key);
      this.#rooms.delete(key);
    }
    void this.#closeHub(entry);
  }

  /** Never rejects: if the log cannot stop following, no client is affected. */
  async #closeHub({ hub }: HubEntry): Promise<void> {
    try {
      await hub.close();
    } catch (error) {
      this.events.onFailure(error);
    }
  }
}

/** The present facts about the channel. The caller that makes the hub gets them with it. */
function describe(entry: HubEntry): Promise<ChannelInfo | undefined> {
  if (entry.isKnown) return entry.started.then((info) => info && entry.hub.describe());
  entry.isKnown = true;
  return entry.started;
}

/** If a transport cannot tell a client about one lost subscription, the client is disconnected. */
function lettingGo(transport: DeliveryTransport): DeliveryEvents {
  const errors = new GatewayErrorHandler();
  return {
    onLost: (clientId, _channel, error) => transport.fail(clientId, error),
    onFailure: (error) => void errors.handle(error, { event: 'delivery' }),
  };
}
