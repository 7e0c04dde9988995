import type { Principal } from '../access/principal.js';
import type { Delivery, Subscription } from '../delivery/delivery.js';
import type { SubscriberIdentity } from '../delivery/subscriber.js';
import type { SubscriptionFilter } from '../delivery/subscription-filter.js';
import type { ChannelInfo } from '../log/stream-log.js';
import type { Channel } from '../protocol/channel.js';
import type { StreamUpdate } from '../protocol/stream-update.js';

/** A client: connected to a gateway, or registered inside the process. */
export interface BridgeClient {
  /** Its id, and the name of its principal in `targets`. */
  readonly identity: SubscriberIdentity;
  /** In milliseconds since the Unix epoch. */
  readonly connectedAt: number;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Absent for a client inside the process, because it is not authenticated. */
  readonly principal?: Principal;
  /** Delivers to the clients of its transport. */
  readonly delivery: Delivery;
  /** Its filter for channels that the server subscribes it to. */
  filter: SubscriptionFilter;
  /**
   * Asked before the server subscribes it to a channel. Absent for a client in this process.
   *
   * @param isTrusted - whether the caller has already decided that the client may see the channel
   * @throws to refuse
   */
  admit?(seen: Pick<ChannelInfo, 'channel' | 'owner'>, isTrusted: boolean): Promise<void>;
  /** Sends an update that is in no log. @returns false if the client does not get the update now */
  send(update: StreamUpdate, isTrusted: boolean): boolean | Promise<boolean>;
  /** The server has subscribed the client. Tells the client the position of the subscription. */
  subscribed(channel: Channel, subscription: Subscription): void;
  /** The client cannot be subscribed to a channel. */
  fail(channel: Channel, error: unknown): void;
}

/** The ids of the channels of one kind that a client is subscribed to. */
export function idsOf({ identity, delivery }: BridgeClient, kind: Channel['kind']): string[] {
  const channels = delivery.channelsOf(identity.clientId);
  return channels.filter((channel) => channel.kind === kind).map(({ id }) => id);
}
