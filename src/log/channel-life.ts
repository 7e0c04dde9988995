import { channelKey, type Channel } from '../protocol/channel.js';

/**
 * One life of a channel. It begins when the channel is opened, and ends when the channel is removed or replaced,
 * or when the log loses its data. Sequence numbers count within one life.
 *
 * @publicApi
 */
export interface ChannelLife {
  /** The channel. */
  readonly channel: Channel;
  /** The name of the life. */
  readonly epoch: string;
  /** A string that is different for every life of every channel. */
  readonly key: string;
}

/**
 * Makes the {@link ChannelLife} of entries. Call it once for all entries of a read, not once for each entry.
 *
 * @publicApi
 */
export function channelLife(channel: Channel, epoch: string): ChannelLife {
  return { channel, epoch, key: `${epoch} ${channelKey(channel)}` };
}
