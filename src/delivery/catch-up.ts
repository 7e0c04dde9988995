import type { Turns } from '../common/turns.js';
import type { LogEntry } from '../log/log-entry.js';
import { entriesAfter } from '../log/log-position.js';
import type { StreamLog } from '../log/stream-log.js';
import { nameOf, type Channel } from '../protocol/channel.js';
import type { CatchUpPage } from './catch-up-page.js';
import { CatchUpReader, type PageExpiry } from './catch-up-reader.js';
import type { DeliveryTransport } from './delivery-transport.js';
import type { Subscriber } from './subscriber.js';

/** The parts that catching up in one channel needs. */
export interface CatchUpContext {
  readonly channel: Channel;
  readonly log: StreamLog;
  readonly transport: DeliveryTransport;
  /** Subscribers that catch up take turns, over all channels. */
  readonly turns: Turns;
  /** Forgets the pages that they share. */
  readonly expiry: PageExpiry;
}

/**
 * Brings subscribers of one life of a channel up to date. Each subscriber reads the log from its own
 * position, page by page, as fast as its client reads.
 */
export class CatchUp {
  readonly #reader: CatchUpReader;

  /** @param prepare - what subscribers get in place of entries */
  constructor(
    private readonly context: CatchUpContext,
    prepare: (entries: readonly LogEntry[]) => readonly LogEntry[],
  ) {
    this.#reader = new CatchUpReader(context.channel, context.log, context.expiry, prepare);
  }

  /**
   * Sends pages to a subscriber until it is up to date.
   *
   * @param isDone - asked after each page, in the same synchronous step; gets the last entry of a page
   * that was sent as a whole
   * @returns false when the channel is gone
   */
  async run(
    subscriber: Subscriber,
    epoch: string,
    isDone: (last: LogEntry | undefined) => boolean,
  ): Promise<boolean> {
    const { transport, turns } = this.context;
    while (!subscriber.closed) {
      const draining = transport.drained(subscriber.clientId);
      if (draining) await draining;
      if (subscriber.closed) return true;
      const page = await this.#reader.read({ epoch, sequence: subscriber.position });
      // Preparing and sending the page is the work of one turn.
      await turns.next();
      if (subscriber.closed) return true;
      if (page?.epoch !== epoch) return false;
      let last = this.#send(subscriber, page);
      // The log cannot return a part of the kept text, so the whole page is sent.
      while (!last && subscriber.position < page.wholeAfter && !subscriber.closed) {
        await transport.drained(subscriber.clientId);
        last = this.#sendFrom(subscriber, page);
      }
      if (isDone(last)) return true;
    }
    return true;
  }

  close(): void {
    this.#reader.close();
  }

  /** @returns the last entry of the page, when all of it was sent */
  #send(subscriber: Subscriber, page: CatchUpPage): LogEntry | undefined {
    if (!page.recovered) this.#reset(subscriber, page);
    return this.#sendFrom(subscriber, page);
  }

  /** Sends the entries after the subscriber's position. */
  #sendFrom(subscriber: Subscriber, page: CatchUpPage): LogEntry | undefined {
    const { last } = page;
    if (!last || subscriber.closed) return undefined;
    const entries = entriesAfter(subscriber.position, page.entriesFor(subscriber));
    const sent = this.context.transport.send(subscriber.clientId, entries);
    if (sent < entries.length) {
      subscriber.position = entries[sent - 1]?.sequence ?? subscriber.position;
      return undefined;
    }
    subscriber.position = last.sequence;
    return last;
  }

  #reset(subscriber: Subscriber, { epoch, after: sequence }: CatchUpPage): void {
    const { transport, channel } = this.context;
    subscriber.position = sequence;
    const isTold = subscriber.isReset;
    subscriber.isReset = false;
    if (isTold) return;
    transport.reset(subscriber.clientId, {
      ...nameOf(channel),
      cursor: { epoch, sequence },
      recovered: false,
    });
  }
}
