import { channelLife, type ChannelLife } from '../../log/channel-life.js';
import type { LogEntry } from '../../log/log-entry.js';
import type { LogEvent, LogListener } from '../../log/log-event.js';
import type { ChannelInfo } from '../../log/stream-log.js';
import type { Channel } from '../../protocol/channel.js';
import type { Cursor } from '../../protocol/cursor.js';
import { parseMessage, type ChannelMessage } from './channel-message.js';
import { decodeRecord, RECORD } from './record.js';
import type { ChannelKeys } from './redis-keys.js';

/** A part of a channel, as Redis has it. */
export interface ChannelPage {
  readonly epoch: string;
  readonly head: number;
  readonly first: number;
  readonly isEnded: boolean;
  readonly entries: readonly LogEntry[];
}

/** What Redis says of a channel in short. */
export interface ChannelHead {
  readonly epoch: string;
  readonly head: number;
  readonly isEnded: boolean;
}

/**
 * A channel that Redis has lost, all of it or its end, is opened again by its writer. Only if it stays away
 * for so long it is told to be gone. In milliseconds.
 */
const GRACE_MS = 5_000;

type ReadPage = (after: Cursor) => Promise<ChannelPage | undefined>;

/**
 * Tells the listeners of one channel what happens to it, in order and without a gap. Messages carry the
 * entries themselves. Whenever a message does not fit to what was told before, the log is read from there:
 * Pub/Sub delivers a message at most once.
 */
export class FollowedChannel {
  readonly #listeners = new Set<LogListener>();
  #life: ChannelLife | undefined;
  /** The sequence number of the last entry that was told. */
  #head = 0;
  /** From where on the entries of this life were told. */
  #start = 0;
  #isEnded = false;
  #isReading = false;
  /** Since when Redis lacks what was told already. */
  #lostSince: number | undefined;
  /** Something happened that was not told yet. */
  #isBehind = false;

  /**
   * @param subscribed - resolves when messages are heard
   * @param onGone - called when nothing more is told
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

  /** Whether more is to come, as far as was told. */
  get isActive(): boolean {
    return this.#life !== undefined && !this.#isEnded;
  }

  add(listener: LogListener): void {
    this.#listeners.add(listener);
  }

  remove(listener: LogListener): void {
    this.#listeners.delete(listener);
  }

  /** A listener was told what the channel is: what comes after that is what it is to hear. */
  begin({ epoch, head, endedAt }: ChannelInfo): void {
    if (!this.#life) {
      this.#enter(epoch, head);
      this.#isEnded = endedAt !== undefined;
      if (this.#isBehind) void this.#catchUp();
    } else if (this.#life.epoch !== epoch) void this.#catchUp();
    else if (head < this.#start) {
      // An answer that was longer on its way than those to others who followed at the same time.
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

  /** Compares what was told with what Redis has. */
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

  /** Reads what was not told. Never rejects. */
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
      // Redis is away for longer than a call waits. The next comparison begins again.
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
      // Entries that were never told are not there any more.
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
