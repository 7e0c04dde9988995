import { channelKey, type Channel } from '../protocol/channel.js';

/**
 * One life of a channel: from when it was opened until it is removed or replaced, or until the log
 * lost its data. Sequence numbers count within a life.
 *
 * @publicApi
 */
export interface ChannelLife {
  readonly channel: Channel;
  readonly epoch: string;
  /** A string that is different for every life of every channel. */
  readonly key: string;
}

/**
 * Makes the {@link ChannelLife} that entries are created with. Make one for all entries of a read, and
 * not one for each entry.
 *
 * @publicApi
 */
export function channelLife(channel: Channel, epoch: string): ChannelLife {
  return { channel, epoch, key: `${epoch} ${channelKey(channel)}` };
}
