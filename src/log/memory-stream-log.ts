import { randomBytes } from 'node:crypto';
import { StreamingError } from '../errors/streaming.error.js';
import type { Channel } from '../protocol/channel.js';
import type { Cursor } from '../protocol/cursor.js';
import { EntryBuffer, type EntryBufferBounds } from './entry-buffer.js';
import { ExpiryQueue } from '../common/expiry-queue.js';
import { Followers } from './followers.js';
import { canServe } from './log-position.js';
import { channelLife, type ChannelLife } from './channel-life.js';
import { LogEntry, type UpdateDraft } from './log-entry.js';
import type { LogListener } from './log-event.js';
import type {
  AppendOptions,
  AppendPosition,
  ChannelAttributes,
  ChannelClaim,
  ChannelInfo,
  FollowChannelOptions,
  FollowedChannel,
  LogRead,
  OpenChannelOptions,
  StreamLog,
} from './stream-log.js';

/** Bounds of a {@link MemoryStreamLog}. */
export interface MemoryStreamLogOptions extends EntryBufferBounds {
  /** How long after its end a channel can be read, in milliseconds. */
  readonly retentionMs: number;
  /** How long a room is kept that has no new update and no follower, in milliseconds. */
  readonly roomIdleMs: number;
}

interface MemoryChannel {
  readonly life: ChannelLife;
  readonly openedAt: number;
  readonly buffer: EntryBuffer;
  readonly followers: Followers;
  fence: number;
  attributes: ChannelAttributes;
  head: number;
  endedAt: number | undefined;
}

/**
 * The in-memory log, which is the default. It keeps all channels in the memory of this process, until they
 * expire.
 *
 * @publicApi
 */
export class MemoryStreamLog implements StreamLog {
  /** The channels by kind and id. A lookup by one key made of both would cost more on each append. */
  readonly #channels: Readonly<Record<Channel['kind'], Map<string, MemoryChannel>>> = {
    execution: new Map(),
    thread: new Map(),
    room: new Map(),
  };
  readonly #ended: ExpiryQueue<MemoryChannel>;
  readonly #idleRooms: ExpiryQueue<MemoryChannel>;

  constructor(private readonly options: MemoryStreamLogOptions) {
    this.#ended = new ExpiryQueue(options.retentionMs, (ended) => this.#free(ended));
    this.#idleRooms = new ExpiryQueue(options.roomIdleMs, (room) => this.#expireRoom(room));
  }

  async open(
    channel: Channel,
    attributes: ChannelAttributes = {},
    { epoch, replace = false }: OpenChannelOptions = {},
  ): Promise<ChannelInfo & { readonly created: boolean }> {
    const existing = this.#find(channel);
    const isKept = existing && (!isReplaced(existing, replace) || existing.life.epoch === epoch);
    if (isKept) return { ...infoOf(existing), created: existing.life.epoch === epoch };
    const opened = this.#create(channel, attributes, epoch, existing);
    return { ...infoOf(opened), created: true };
  }

  async claim(
    channel: Channel,
    { epoch, fence }: ChannelClaim,
    attributes: ChannelAttributes & { readonly producer: string },
  ): Promise<ChannelInfo | undefined> {
    const found = this.#find(channel);
    if (found?.life.epoch !== epoch || found.endedAt !== undefined) return undefined;
    const isRepeated =
      found.fence === fence + 1 && found.attributes.producer === attributes.producer;
    if (found.fence !== fence && !isRepeated) return undefined;
    found.fence = fence + 1;
    found.attributes = { ...found.attributes, ...attributes };
    return infoOf(found);
  }

  async append(
    channel: Channel,
    drafts: readonly UpdateDraft[],
    options?: AppendOptions,
  ): Promise<AppendPosition> {
    return this.appendNow(channel, drafts, options);
  }

  /** @internal Appends synchronously. When it returns, all followers have got the entries. */
  appendNow(
    channel: Channel,
    drafts: readonly UpdateDraft[],
    { attributes, create = false, claim }: AppendOptions = {},
  ): AppendPosition {
    const found = this.#find(channel) ?? (create ? this.#create(channel, {}) : undefined);
    requireClaim(found, claim);
    if (!found || found.endedAt !== undefined) {
      throw new StreamingError(
        'EXECUTION_NOT_ACTIVE',
        `The ${channel.kind} was never opened or has ended; open it before you append.`,
      );
    }
    if (attributes) found.attributes = { ...found.attributes, ...attributes };
    const timestamp = Date.now();
    const entries = drafts.map((draft) => {
      found.head += 1;
      const entry = LogEntry.create(draft, found.head, timestamp, found.life);
      found.buffer.push({ entry, draft, timestamp });
      return entry;
    });
    if (channel.kind === 'room') this.#idleRooms.touch(found);
    const { epoch } = found.life;
    if (entries.length > 0) found.followers.tell({ type: 'entries', epoch, entries });
    return { epoch, head: found.head };
  }

  async read(
    channel: Channel,
    after?: Cursor,
    limit = Number.POSITIVE_INFINITY,
  ): Promise<LogRead | undefined> {
    const found = this.#find(channel);
    if (!found) return undefined;
    const { head, life, buffer } = found;
    const { epoch } = life;
    const recovered = canServe({ epoch, head, first: buffer.first ?? head + 1 }, after);
    const sequence = recovered ? (after?.sequence ?? 0) : 0;
    const read = { epoch, entries: buffer.after(sequence, limit), recovered, head };
    return recovered ? read : { ...read, kept: buffer.kept };
  }

  async follow(
    channel: Channel,
    listener: LogListener,
    { create = false }: FollowChannelOptions = {},
  ): Promise<FollowedChannel | undefined> {
    const found = this.#find(channel) ?? (create ? this.#create(channel, {}) : undefined);
    if (!found) return undefined;
    const leave = found.followers.add(listener);
    const unfollow = async (): Promise<void> => {
      leave();
      this.#forgetUnused(channel);
    };
    return { ...infoOf(found), unfollow };
  }

  async describe(channel: Channel): Promise<ChannelInfo | undefined> {
    const found = this.#find(channel);
    return found && infoOf(found);
  }

  async end(channel: Channel, claim?: ChannelClaim): Promise<void> {
    const found = this.#find(channel);
    if (!found || found.endedAt !== undefined) return;
    requireClaim(found, claim);
    found.endedAt = Date.now();
    this.#ended.touch(found);
    found.followers.tell({ type: 'ended', epoch: found.life.epoch });
  }

  async delete(channel: Channel): Promise<void> {
    const found = this.#find(channel);
    if (found) this.#free(found);
  }

  async close(): Promise<void> {
    for (const channels of Object.values(this.#channels)) channels.clear();
    this.#ended.clear();
    this.#idleRooms.clear();
  }

  #find({ kind, id }: Channel): MemoryChannel | undefined {
    return this.#channels[kind].get(id);
  }

  /** @param replaced - the channel before it; its followers follow the new channel */
  #create(
    channel: Channel,
    attributes: ChannelAttributes,
    epoch = randomBytes(9).toString('base64url'),
    replaced?: MemoryChannel,
  ): MemoryChannel {
    if (replaced) this.#forget(replaced);
    const life = channelLife(channel, epoch);
    const created: MemoryChannel = {
      life,
      openedAt: Date.now(),
      buffer: new EntryBuffer(this.options, life),
      followers: replaced?.followers ?? new Followers(),
      fence: (replaced?.fence ?? 0) + 1,
      attributes,
      head: 0,
      endedAt: undefined,
    };
    this.#channels[channel.kind].set(channel.id, created);
    if (channel.kind === 'room') this.#idleRooms.touch(created);
    if (replaced) created.followers.tell({ type: 'reset', epoch, head: 0 });
    return created;
  }

  /**
   * Removes a room or thread without updates when its last follower leaves. Otherwise clients could fill the
   * memory with names that they make up.
   */
  #forgetUnused(channel: Channel): void {
    const found = channel.kind === 'execution' ? undefined : this.#find(channel);
    const isUnused = found?.head === 0 && found.attributes.thread === undefined;
    if (isUnused && found.followers.isEmpty) this.#forget(found);
  }

  #expireRoom(room: MemoryChannel): void {
    if (!room.followers.isEmpty) this.#idleRooms.touch(room);
    else this.#free(room);
  }

  #free(freed: MemoryChannel): void {
    this.#forget(freed);
    freed.followers.tell({ type: 'gone' });
  }

  #forget(forgotten: MemoryChannel): void {
    const { kind, id } = forgotten.life.channel;
    this.#channels[kind].delete(id);
    this.#ended.remove(forgotten);
    this.#idleRooms.remove(forgotten);
  }
}

/**
 * Whether a log is the in-memory log and can append synchronously. A subclass of the application may override
 * `append` to wait or refuse.
 */
export function canAppendNow(log: StreamLog): log is MemoryStreamLog {
  return log.constructor === MemoryStreamLog && !Object.hasOwn(log, 'append');
}

function isReplaced(existing: MemoryChannel, replace: boolean | ChannelClaim): boolean {
  if (typeof replace === 'boolean') return replace;
  return replace.epoch === existing.life.epoch && replace.fence === existing.fence;
}

function requireClaim(found: MemoryChannel | undefined, claim: ChannelClaim | undefined): void {
  if (!found || !claim) return;
  if (claim.epoch === found.life.epoch && claim.fence === found.fence) return;
  throw new StreamingError(
    'EXECUTION_TAKEN_OVER',
    'Another instance or run has taken this execution over; stop writing to it.',
  );
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

function infoOf({
  life: { channel, epoch },
  fence,
  attributes,
  head,
  buffer,
  openedAt,
  endedAt,
}: MemoryChannel): ChannelInfo {
  const first = buffer.first ?? head + 1;
  const { firstKept } = buffer;
  const info: Writable<ChannelInfo> = { channel, epoch, fence, head, first, openedAt };
  if (firstKept !== undefined) info.firstKept = firstKept;
  if (endedAt !== undefined) info.endedAt = endedAt;
  // To spread them into the object above costs five times as much.
  return Object.assign(info, attributes);
}
