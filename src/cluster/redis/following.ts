import type { LogListener } from '../../log/log-event.js';
import type { ChannelInfo, FollowedChannel as Followed } from '../../log/stream-log.js';
import type { Channel } from '../../protocol/channel.js';
import type { Cursor } from '../../protocol/cursor.js';
import type { RedisLink } from './connection/redis-link.js';
import { FollowedChannel, type ChannelHead, type ChannelPage } from './followed-channel.js';
import { groupsOf, type RedisKeys } from './redis-keys.js';
import { HEADS_OF_CHANNELS } from './scripts/channel-scripts.js';
import type { Subscriptions } from './subscriptions.js';

/** How many channels one call compares. */
const CHANNELS_AT_ONCE = 200;

/** The largest page of the log, in entries. */
const PAGE_ENTRIES = 256;

/** Reads entries of a channel. */
export type ReadChannel = (
  channel: Channel,
  after: Cursor,
  limit: number,
) => Promise<ChannelPage | undefined>;

/** The channels that this instance follows. */
export class Following {
  readonly #channels = new Map<string, FollowedChannel>();

  constructor(
    private readonly link: RedisLink,
    private readonly keys: RedisKeys,
    private readonly subscriptions: Subscriptions,
    private readonly read: ReadChannel,
  ) {}

  /** Those that are followed now. */
  get all(): FollowedChannel[] {
    return [...this.#channels.values()];
  }

  /**
   * @param describe - reads the facts about the channel, as soon as its messages are received
   * @returns undefined if the channel does not exist
   */
  async follow(
    channel: Channel,
    listener: LogListener,
    describe: () => Promise<ChannelInfo | undefined>,
  ): Promise<Followed | undefined> {
    const followed = this.#of(channel);
    // A listener of its own per call, so that following twice with one function gives two.
    const own: LogListener = (event) => listener(event);
    followed.add(own);
    const unfollow = async (): Promise<void> => {
      followed.remove(own);
      if (!followed.isFollowed) await this.#forget(followed);
    };
    try {
      await followed.subscribed;
      const info = await describe();
      if (info) {
        followed.begin(info);
        return { ...info, unfollow };
      }
    } catch (error) {
      await unfollow();
      throw error;
    }
    await unfollow();
    return undefined;
  }

  /**
   * Whether a channel that Redis does not have may be opened again: its followers here were not told that it is
   * gone.
   */
  expects(channel: Channel): boolean {
    const followed = this.#channels.get(this.keys.of(channel).meta);
    followed?.compare(undefined);
    return followed?.isActive ?? false;
  }

  /** Compares the passed entries with the entries in Redis, and passes the missing ones. */
  async verify(): Promise<void> {
    for (const group of groupsOf(this.all, CHANNELS_AT_ONCE)) await this.#compare(group);
  }

  #of(channel: Channel): FollowedChannel {
    const keys = this.keys.of(channel);
    const known = this.#channels.get(keys.meta);
    if (known) return known;
    const followed: FollowedChannel = new FollowedChannel(
      channel,
      keys,
      this.subscriptions.listen(keys.meta, (message) => followed.hear(message)),
      (after) => this.read(channel, after, PAGE_ENTRIES),
      () => void this.#forget(followed),
    );
    // The followers wait for this, and get the error.
    followed.subscribed.catch(() => undefined);
    this.#channels.set(keys.meta, followed);
    return followed;
  }

  async #forget(followed: FollowedChannel): Promise<void> {
    const { meta } = followed.keys;
    if (this.#channels.get(meta) !== followed) return;
    this.#channels.delete(meta);
    await this.subscriptions.unlisten(meta);
  }

  async #compare(group: readonly FollowedChannel[]): Promise<void> {
    const keys = group.map(({ keys: { meta } }) => meta);
    const heads = await this.link.call((connection) => HEADS_OF_CHANNELS.run(connection, keys, []));
    for (const [index, found] of (heads as (readonly (string | null)[])[]).entries())
      group[index]?.compare(headOf(found));
  }
}

function headOf([epoch, head, ended]: readonly (string | null)[]): ChannelHead | undefined {
  if (!epoch) return undefined;
  return { epoch, head: Number(head), isEnded: ended !== null };
}
