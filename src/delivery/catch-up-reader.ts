import { ExpiryQueue } from '../common/expiry-queue.js';
import type { LogEntry } from '../log/log-entry.js';
import type { StreamLog } from '../log/stream-log.js';
import type { Channel } from '../protocol/channel.js';
import type { Cursor } from '../protocol/cursor.js';
import { MAX_JOINED_UPDATES } from '../protocol/max-joined-updates.js';
import { CatchUpPage } from './catch-up-page.js';

/** How long a page is shared after it was read, in milliseconds. */
const SHARED_MS = 1_000;

/** Forgets shared pages. One queue serves all readers, because most readers have only one page. */
export type PageExpiry = ExpiryQueue<() => void>;

export function pageExpiry(): PageExpiry {
  return new ExpiryQueue(SHARED_MS, (forget) => forget());
}

/**
 * Reads a channel for subscribers that catch up. Subscribers that come at about the same time share pages. So
 * all pages except a subscriber's first begin at fixed positions.
 */
export class CatchUpReader {
  readonly #pages = new Map<number, Promise<CatchUpPage | undefined>>();

  constructor(
    private readonly channel: Channel,
    private readonly log: StreamLog,
    private readonly expiry: PageExpiry,
    /** Returns the entry that subscribers get instead. */
    private readonly prepare: (entries: readonly LogEntry[]) => readonly LogEntry[],
  ) {}

  /** Returns the page after a cursor of the epoch that is read. @returns undefined if the channel is gone */
  read(cursor: Cursor): Promise<CatchUpPage | undefined> {
    const { sequence } = cursor;
    const shared = this.#pages.get(sequence);
    if (shared) return shared;
    const page = this.#read(cursor);
    this.#pages.set(sequence, page);
    const forget = (): void => void this.#pages.delete(sequence);
    this.expiry.touch(forget);
    // An empty page may have entries the next time.
    page.then((read) => read?.last ?? forget(), forget);
    return page;
  }

  close(): void {
    this.#pages.clear();
  }

  async #read(cursor: Cursor): Promise<CatchUpPage | undefined> {
    // Tokens are joined within a page.
    const limit = MAX_JOINED_UPDATES - (cursor.sequence % MAX_JOINED_UPDATES);
    const read = await this.log.read(this.channel, cursor, limit);
    return read && new CatchUpPage(read, cursor.sequence, this.prepare);
  }
}
