import { ExpiryQueue } from '../log/expiry-queue.js';
import { joinTokens, type LogEntry } from '../log/log-entry.js';
import type { StreamLog } from '../log/stream-log.js';
import type { Channel } from '../protocol/channel.js';
import type { Cursor } from '../protocol/cursor.js';
import type { Subscriber } from './subscriber.js';

/** How many entries one page has. */
const PAGE_ENTRIES = 512;

/** How long after it was read a page serves others, in milliseconds. */
const SHARED_MS = 1_000;

/** A stretch of the log for subscribers that catch up. */
export interface CatchUpPage {
  readonly epoch: string;
  /** False when the log no longer reached back to where the page should begin. */
  readonly recovered: boolean;
  /** The sequence number after which it begins. */
  readonly after: number;
  /** The last entry it covers, wanted or not; undefined when there was nothing more to read. */
  readonly last: LogEntry | undefined;
  /** What a subscriber with the filter of the page wants of it, neighbouring tokens joined. */
  entriesFor(subscriber: Subscriber): readonly LogEntry[];
}

/**
 * Reads a channel for its subscribers that catch up. Those that come back at about the same time
 * share what is read and joined: pages begin at the same places for everybody, but for the first.
 */
export class CatchUpReader {
  readonly #pages = new Map<string, Promise<CatchUpPage | undefined>>();
  readonly #expiry = new ExpiryQueue<string>(SHARED_MS, (key) => this.#pages.delete(key));

  constructor(
    private readonly channel: Channel,
    private readonly log: StreamLog,
    /** What subscribers get in place of entries. */
    private readonly prepare: (entries: readonly LogEntry[]) => readonly LogEntry[],
  ) {}

  /** What comes after a cursor. @returns undefined when the channel is gone */
  read(cursor: Cursor, subscriber: Subscriber): Promise<CatchUpPage | undefined> {
    const key = `${cursor.epoch}:${cursor.sequence}:${subscriber.filter.key}`;
    const shared = this.#pages.get(key);
    if (shared) return shared;
    const page = this.#read(cursor, subscriber);
    this.#pages.set(key, page);
    this.#expiry.touch(key);
    // A page with nothing in it may have something in it the next time.
    const forget = (): void => void this.#pages.delete(key);
    page.then((read) => read?.last ?? forget(), forget);
    return page;
  }

  close(): void {
    this.#pages.clear();
    this.#expiry.clear();
  }

  async #read(cursor: Cursor, { filter }: Subscriber): Promise<CatchUpPage | undefined> {
    const limit = PAGE_ENTRIES - (cursor.sequence % PAGE_ENTRIES);
    const read = await this.log.read(this.channel, cursor, limit);
    if (!read) return undefined;
    const { epoch, entries, recovered, head } = read;
    const first = entries[0]?.sequence ?? head + 1;
    const accepted = filter.select(this.prepare(entries));
    const isTargeted = accepted.some(({ targets }) => targets);
    let joined: readonly LogEntry[] | undefined;
    return {
      epoch,
      recovered,
      after: recovered ? cursor.sequence : first - 1,
      last: entries.at(-1),
      // Joined by the first that asks, in its turn.
      entriesFor: (subscriber) =>
        isTargeted
          ? joinTokens(accepted.filter((entry) => subscriber.isTargeted(entry)))
          : (joined ??= joinTokens(accepted)),
    };
  }
}
