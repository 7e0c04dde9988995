import type { Principal } from '../access/principal.js';
import type { Delivery, Subscription } from '../delivery/delivery.js';
import type { SubscriberIdentity } from '../delivery/subscriber.js';
import type { SubscriptionFilter } from '../delivery/subscription-filter.js';
import type { ChannelInfo } from '../log/stream-log.js';
import type { Channel } from '../protocol/channel.js';
import type { StreamUpdate } from '../protocol/stream-update.js';

/** Somebody who is connected: in this process, or at a gateway. */
export interface BridgeClient {
  /** Its id, and how targets name whom it belongs to. */
  readonly identity: SubscriberIdentity;
  /** In milliseconds since the Unix epoch. */
  readonly connectedAt: number;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Absent for a client in this process, which nobody authenticated. */
  readonly principal?: Principal;
  /** Delivers to the clients of its transport. */
  readonly delivery: Delivery;
  /** What it wants of a channel that the server subscribes it to. */
  filter: SubscriptionFilter;
  /**
   * Asked before the server subscribes it to a channel. Absent for a client in this process.
   *
   * @param isTrusted - whether the caller has decided that it may see the channel
   * @throws to refuse
   */
  admit?(seen: Pick<ChannelInfo, 'channel' | 'owner'>, isTrusted: boolean): Promise<void>;
  /** Sends it an update that is in no log. @returns false when it does not get the update now */
  send(update: StreamUpdate, isTrusted: boolean): boolean | Promise<boolean>;
  /** The server subscribed it: tells it where it stands. */
  subscribed(channel: Channel, subscription: Subscription): void;
  /** It cannot be subscribed to a channel. */
  fail(channel: Channel, error: unknown): void;
}

/** What a client is subscribed to, of one kind. */
export function idsOf({ identity, delivery }: BridgeClient, kind: Channel['kind']): string[] {
  const channels = delivery.channelsOf(identity.clientId);
  return channels.filter((channel) => channel.kind === kind).map(({ id }) => id);
}
