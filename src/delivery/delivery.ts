import type { StreamLog } from '../log/stream-log.js';
import { channelKey, type Channel } from '../protocol/channel.js';
import { ChannelHub, type ChannelPosition, type SubscriptionStart } from './channel-hub.js';
import type { AcknowledgmentAnswers, AcknowledgmentRequest } from './acknowledgment-request.js';
import type { DeliveryTransport } from './delivery-transport.js';
import type { SubscriberIdentity } from './subscriber.js';
import type { SubscriptionFilter } from './subscription-filter.js';
import { Turns } from './turns.js';

/** A new subscription, and the call that lets its updates flow. */
export interface Subscription extends ChannelPosition {
  /** Starts sending; call it after the client was told where it stands. */
  begin(): Promise<void>;
}

interface HubEntry {
  readonly hub: ChannelHub;
  /** Whether there is such a channel. */
  readonly started: Promise<boolean>;
  /** Subscriptions that are being made; they keep the hub. */
  pending: number;
}

/** Delivers channels to the clients of one transport. A channel has a hub while it has subscribers. */
export class Delivery {
  readonly #hubs = new Map<string, HubEntry>();
  readonly #channelsOfClient = new Map<string, Map<string, Channel>>();
  /** All who catch up, in whichever channel, take turns. */
  readonly #turns = new Turns();

  constructor(
    private readonly log: StreamLog,
    private readonly transport: DeliveryTransport,
  ) {}

  /**
   * Subscribes a client, or subscribes it anew from another position or with another filter.
   *
   * @returns undefined when there is no such channel
   */
  async subscribe(
    identity: SubscriberIdentity,
    channel: Channel,
    filter: SubscriptionFilter,
    start: SubscriptionStart = {},
  ): Promise<Subscription | undefined> {
    const entry = this.#entry(channel);
    entry.pending += 1;
    try {
      const position = (await entry.started)
        ? await entry.hub.subscribe(identity, filter, start)
        : undefined;
      if (!position) return undefined;
      const channels = this.#channelsOfClient.get(identity.clientId) ?? new Map<string, Channel>();
      this.#channelsOfClient.set(identity.clientId, channels.set(channelKey(channel), channel));
      return { ...position, begin: () => entry.hub.begin(identity.clientId) };
    } finally {
      entry.pending -= 1;
      this.#closeIfIdle(channel, entry);
    }
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

  /** What a client is subscribed to. */
  channelsOf(clientId: string): Channel[] {
    return [...(this.#channelsOfClient.get(clientId)?.values() ?? [])];
  }

  /** Which clients are subscribed to a channel. */
  clientsOf(channel: Channel): string[] {
    return this.#hubs.get(channelKey(channel))?.hub.clientIds ?? [];
  }

  /** Asks the clients that are subscribed to a channel whether they have all of it. */
  async requestAcknowledgments(
    channel: Channel,
    request: AcknowledgmentRequest,
  ): Promise<AcknowledgmentAnswers> {
    const hub = this.#hubs.get(channelKey(channel))?.hub;
    return (await hub?.requestAcknowledgments(request)) ?? { acknowledged: [], missing: [] };
  }

  async close(): Promise<void> {
    const hubs = [...this.#hubs.values()];
    this.#hubs.clear();
    this.#channelsOfClient.clear();
    await Promise.all(hubs.map(({ hub }) => hub.close()));
  }

  #entry(channel: Channel): HubEntry {
    const key = channelKey(channel);
    const existing = this.#hubs.get(key);
    if (existing) return existing;
    const hub = new ChannelHub(channel, this.log, this.transport, this.#turns, (clientId) =>
      this.#left(clientId, entry),
    );
    const entry: HubEntry = { hub, started: hub.start(), pending: 0 };
    this.#hubs.set(key, entry);
    return entry;
  }

  #left(clientId: string, entry: HubEntry): void {
    const channels = this.#channelsOfClient.get(clientId);
    channels?.delete(channelKey(entry.hub.channel));
    if (channels?.size === 0) this.#channelsOfClient.delete(clientId);
    this.#closeIfIdle(entry.hub.channel, entry);
  }

  #closeIfIdle(channel: Channel, entry: HubEntry): void {
    const key = channelKey(channel);
    if (entry.pending > 0 || !entry.hub.isEmpty || this.#hubs.get(key) !== entry) return;
    this.#hubs.delete(key);
    void entry.hub.close();
  }
}
