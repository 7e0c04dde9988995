import { randomBytes } from 'node:crypto';
import { StreamingError } from '../errors/streaming.error.js';
import type { Channel } from '../protocol/channel.js';
import type { Cursor } from '../protocol/cursor.js';
import { EntryBuffer, type EntryBufferBounds } from './entry-buffer.js';
import { ExpiryQueue } from '../common/expiry-queue.js';
import { canServe } from './log-position.js';
import { LogEntry, type EntryOrigin, type UpdateDraft } from './log-entry.js';
import type { ChannelAttributes, ChannelInfo, LogRead, StreamLog, Unfollow } from './stream-log.js';

/** Bounds of a {@link MemoryStreamLog}. */
export interface MemoryStreamLogOptions extends EntryBufferBounds {
  /** How long after its end a channel can be read, in milliseconds. */
  readonly retentionMs: number;
  /** How long a room without a new message or a follower is kept, in milliseconds. */
  readonly roomIdleMs: number;
}

type Listener = (entries: readonly LogEntry[]) => void;

interface MemoryChannel {
  readonly channel: Channel;
  readonly origin: EntryOrigin;
  readonly epoch: string;
  readonly openedAt: number;
  readonly buffer: EntryBuffer;
  readonly listeners: Set<Listener>;
  attributes: ChannelAttributes;
  head: number;
  endedAt: number | undefined;
}

/**
 * The embedded log: everything in the memory of this process, freed when a channel expires.
 *
 * @publicApi
 */
export class MemoryStreamLog implements StreamLog {
  /** By id. A map for each kind, since looking up a key made of both costs more on each append. */
  readonly #channels: Readonly<Record<Channel['kind'], Map<string, MemoryChannel>>> = {
    execution: new Map(),
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
  ): Promise<ChannelInfo & { readonly created: boolean }> {
    const existing = this.#find(channel);
    if (existing) return { ...infoOf(existing), created: false };
    const opened: MemoryChannel = {
      channel,
      origin: channel.kind === 'room' ? { roomId: channel.id } : { executionId: channel.id },
      epoch: randomBytes(9).toString('base64url'),
      openedAt: Date.now(),
      buffer: new EntryBuffer(this.options),
      listeners: new Set(),
      attributes,
      head: 0,
      endedAt: undefined,
    };
    this.#channels[channel.kind].set(channel.id, opened);
    if (channel.kind === 'room') this.#idleRooms.touch(opened);
    return { ...infoOf(opened), created: true };
  }

  async append(
    channel: Channel,
    drafts: readonly UpdateDraft[],
    attributes?: ChannelAttributes,
  ): Promise<readonly LogEntry[]> {
    const found = this.#find(channel);
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
      const entry = LogEntry.create(draft, found.head, timestamp, found.origin);
      found.buffer.push(entry);
      return entry;
    });
    if (channel.kind === 'room') this.#idleRooms.touch(found);
    notify(found, entries);
    return entries;
  }

  async read(
    channel: Channel,
    after?: Cursor,
    limit = Number.POSITIVE_INFINITY,
  ): Promise<LogRead | undefined> {
    const found = this.#find(channel);
    if (!found) return undefined;
    const recovered = canServe(infoOf(found), after);
    const sequence = recovered ? (after?.sequence ?? 0) : 0;
    return {
      epoch: found.epoch,
      entries: found.buffer.after(sequence, limit),
      recovered,
      head: found.head,
    };
  }

  async follow(channel: Channel, listener: Listener): Promise<Unfollow | undefined> {
    const found = this.#find(channel);
    if (!found) return undefined;
    // A listener of its own per call, so that following twice with one function gives two.
    const own: Listener = (entries) => listener(entries);
    found.listeners.add(own);
    return async () => {
      found.listeners.delete(own);
    };
  }

  async describe(channel: Channel): Promise<ChannelInfo | undefined> {
    const found = this.#find(channel);
    return found && infoOf(found);
  }

  async end(channel: Channel): Promise<void> {
    const found = this.#find(channel);
    if (!found || found.endedAt !== undefined) return;
    found.endedAt = Date.now();
    this.#ended.touch(found);
    notify(found, []);
  }

  async delete(channel: Channel): Promise<void> {
    const found = this.#find(channel);
    if (found) this.#free(found);
  }

  async close(): Promise<void> {
    this.#channels.execution.clear();
    this.#channels.room.clear();
    this.#ended.clear();
    this.#idleRooms.clear();
  }

  #find({ kind, id }: Channel): MemoryChannel | undefined {
    return this.#channels[kind].get(id);
  }

  #expireRoom(room: MemoryChannel): void {
    if (room.listeners.size > 0) this.#idleRooms.touch(room);
    else this.#free(room);
  }

  #free(freed: MemoryChannel): void {
    const { kind, id } = freed.channel;
    this.#channels[kind].delete(id);
    this.#ended.remove(freed);
    this.#idleRooms.remove(freed);
    notify(freed, []);
  }
}

function notify({ listeners }: MemoryChannel, entries: readonly LogEntry[]): void {
  // A copy, so that a listener may stop following while it is called.
  for (const listener of [...listeners]) listener(entries);
}

function infoOf({
  channel,
  epoch,
  attributes,
  head,
  buffer,
  openedAt,
  endedAt,
}: MemoryChannel): ChannelInfo {
  const info = { ...attributes, channel, epoch, head, first: buffer.first ?? head + 1, openedAt };
  return endedAt === undefined ? info : { ...info, endedAt };
}
