import { channelLife, type ChannelLife } from '../../log/channel-life.js';
import type { LogEntry } from '../../log/log-entry.js';
import type { LogEvent, LogListener } from '../../log/log-event.js';
import type { ChannelInfo } from '../../log/stream-log.js';
import type { Channel } from '../../protocol/channel.js';
import type { Cursor } from '../../protocol/cursor.js';
import { parseMessage, type ChannelMessage } from './channel-message.js';
import { decodeRecord, RECORD } from './record.js';
import type { ChannelKeys } from './redis-keys.js';

/** A part of a channel in Redis. */
export interface ChannelPage {
  readonly epoch: string;
  readonly head: number;
  readonly first: number;
  readonly isEnded: boolean;
  readonly entries: readonly LogEntry[];
}

/** The short facts about a channel in Redis. */
export interface ChannelHead {
  readonly epoch: string;
  readonly head: number;
  readonly isEnded: boolean;
}

/**
 * If Redis has lost a channel or its end, the writer opens the channel again. Only after this time the
 * channel counts as gone, in milliseconds.
 */
const GRACE_MS = 5_000;

type ReadPage = (after: Cursor) => Promise<ChannelPage | undefined>;

/**
 * Passes the events of one channel to its listeners, in order and without a gap. Messages contain the
 * entries. Pub/Sub may lose a message. So if a message does not follow the last passed entry, the log is read
 * from there.
 */
export class FollowedChannel {
  readonly #listeners = new Set<LogListener>();
  #life: ChannelLife | undefined;
  /** The sequence number of the last entry that was passed to listeners. */
  #head = 0;
  /** The position from which the entries of this life were passed. */
  #start = 0;
  #isEnded = false;
  #isReading = false;
  /** The time since which Redis lacks entries that were already passed. */
  #lostSince: number | undefined;
  /** Whether there are events that were not passed yet. */
  #isBehind = false;

  /**
   * @param subscribed - resolves when messages are received
   * @param onGone - called when no more events follow
   */
  constructor(
    readonly channel: Channel,
    readonly keys: ChannelKeys,
    readonly subscribed: Promise<void>,
    private readonly read: ReadPage,
    private readonly onGone: () => void,
  ) {}

  get isFollowed(): boolean {
    return this.#listeners.size > 0;
  }

  /** Whether the followers know the channel and were not told its end. */
  get isActive(): boolean {
    return this.#life !== undefined && !this.#isEnded;
  }

  add(listener: LogListener): void {
    this.#listeners.add(listener);
  }

  remove(listener: LogListener): void {
    this.#listeners.delete(listener);
  }

  /** The listener knows the channel up to here, so it gets the events after that. */
  begin({ epoch, head, endedAt }: ChannelInfo): void {
    if (!this.#life) {
      this.#enter(epoch, head);
      this.#isEnded = endedAt !== undefined;
      if (this.#isBehind) void this.#catchUp();
    } else if (this.#life.epoch !== epoch) void this.#catchUp();
    else if (head < this.#start) {
      // This answer arrived later than the answers of others that began to follow at the same time.
      this.#enter(epoch, head);
      void this.#catchUp();
    }
  }

  hear(text: string): void {
    const message = parseMessage(text);
    if (message?.type === 'gone' && message.epoch === this.#life?.epoch) this.#tellGone();
    else if (!message || !this.#life || this.#isReading) void this.#catchUp();
    else if (message.epoch !== this.#life.epoch) void this.#catchUp();
    else this.#take(message, this.#life);
  }

  /** Compares the passed entries with the entries in Redis. */
  compare(found: ChannelHead | undefined): void {
    if (!this.#life) return;
    const isSame =
      found?.epoch === this.#life.epoch &&
      found.head === this.#head &&
      found.isEnded === this.#isEnded;
    if (!isSame) void this.#catchUp();
  }

  #take({ type, sequence, records }: ChannelMessage, life: ChannelLife): void {
    if (type === 'ended' && sequence === this.#head) this.#tellEnded(life);
    else if (type === 'entries' && sequence <= this.#head + 1) {
      const fresh = records.split(RECORD).slice(this.#head + 1 - sequence);
      const next = this.#head + 1;
      this.#tellEntries(
        fresh.map((record, index) => decodeRecord(record, next + index, life)),
        life,
      );
    } else if (sequence > this.#head) void this.#catchUp();
  }

  /** Reads the entries that were not passed. Never rejects. */
  async #catchUp(): Promise<void> {
    this.#isBehind = true;
    if (this.#isReading || !this.#life) return;
    this.#isReading = true;
    try {
      while (this.#isBehind && this.#life && this.isFollowed) {
        this.#isBehind = false;
        const { epoch } = this.#life;
        this.#tellPage(await this.read({ epoch, sequence: this.#head }));
      }
    } catch {
      // Redis is unavailable for longer than a call waits. The next comparison begins again.
      this.#isBehind = true;
    } finally {
      this.#isReading = false;
    }
  }

  #tellPage(page: ChannelPage | undefined): void {
    if (!this.isFollowed || !this.#life) return;
    if (!page || (page.epoch === this.#life.epoch && page.head < this.#head)) return this.#doubt();
    this.#lostSince = undefined;
    const { epoch, head, first, entries, isEnded } = page;
    if (epoch !== this.#life.epoch) {
      this.#enter(epoch, first - 1);
      this.#tell({ type: 'reset', epoch, head: this.#head });
    } else if (this.#head < first - 1) {
      // Entries that were never passed have been removed from Redis.
      return this.#tellGone();
    }
    this.#tellEntries(entries, this.#life);
    if (this.#head < head) this.#isBehind = true;
    else if (isEnded) this.#tellEnded(this.#life);
  }

  #doubt(): void {
    const now = performance.now();
    this.#lostSince ??= now;
    if (now - this.#lostSince > GRACE_MS) this.#tellGone();
  }

  #enter(epoch: string, head: number): void {
    if (this.#life?.epoch !== epoch) {
      this.#life = channelLife(this.channel, epoch);
      this.#isEnded = false;
    }
    this.#head = head;
    this.#start = head;
  }

  #tellEntries(entries: readonly LogEntry[], { epoch }: ChannelLife): void {
    const last = entries.at(-1);
    if (!last) return;
    this.#head = last.sequence;
    this.#tell({ type: 'entries', epoch, entries });
  }

  #tellEnded({ epoch }: ChannelLife): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#tell({ type: 'ended', epoch });
  }

  #tellGone(): void {
    this.#tell({ type: 'gone' });
    this.#listeners.clear();
    this.onGone();
  }

  #tell(event: LogEvent): void {
    // A copy, so that a listener may stop following while it is called.
    for (const listener of [...this.#listeners]) listener(event);
  }
}
