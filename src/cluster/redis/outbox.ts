import { BriefSet } from '../../common/brief-set.js';
import { deferred } from '../../common/deferred.js';
import { ExpiryQueue } from '../../common/expiry-queue.js';
import type { UpdateDraft } from '../../log/log-entry.js';
import type { AppendOptions, AppendPosition } from '../../log/stream-log.js';
import type { Channel } from '../../protocol/channel.js';
import type { RedisLink } from './connection/redis-link.js';
import { encodeRecord } from './record.js';
import { scriptKeys, type RedisKeys } from './redis-keys.js';
import { APPEND } from './scripts/append-script.js';
import { notActive, takenOver, WrittenChannel, type Batch } from './written-channel.js';

/** The limits of the log, and the names of its keys. */
export interface OutboxOptions {
  readonly publish: string;
  /** Names this process, in all of Redis and for all time. */
  readonly writer: string;
  readonly maxEntries: number;
  readonly maxBytes: number;
  readonly retentionMs: number;
  readonly leaseMs: number;
  /** The last time at which this instance had its lease, by `performance.now()`. */
  readonly heldAt: () => number;
  /** How long a channel without new entries is kept, by kind, in milliseconds. */
  readonly ttlMs: Readonly<Record<Channel['kind'], number>>;
}

/** So much is asked of Redis in one step, which keeps everybody else waiting. */
const MAX_CHANNELS = 64;
const MAX_CALL_BYTES = 262_144;

/** A writer of a room is forgotten here before Redis forgets it, in milliseconds. */
const IDLE_MS = 300_000;

/** A batch with its channel and its number. */
interface Item {
  readonly written: WrittenChannel;
  readonly number: number;
  readonly batch: Batch;
}

/** What Redis did with a batch, and where the channel is now. */
type Answer = readonly [result: string, epoch?: string, head?: number];

/**
 * Appends to channels. Appends of one turn of the event loop to one partition go to Redis in one call. While
 * a channel waits for an answer, no more of its appends are sent. So a call can be repeated until it is
 * answered: batches have numbers, and Redis recognizes a batch that it has already appended.
 */
export class Outbox {
  readonly #channels = new Map<string, WrittenChannel>();
  readonly #ready = new BriefSet<WrittenChannel>();
  readonly #idle = new ExpiryQueue<WrittenChannel>(IDLE_MS, (written) => this.#expire(written));
  #isScheduled = false;
  #lastNumber = 0;

  constructor(
    private readonly link: RedisLink,
    private readonly keys: RedisKeys,
    private readonly options: OutboxOptions,
  ) {}

  /** The channels that this instance opened or claimed, and that have not ended. */
  get owned(): WrittenChannel[] {
    return [...this.#channels.values()].filter(({ isOwned }) => isOwned);
  }

  append(
    channel: Channel,
    drafts: readonly UpdateDraft[],
    options: AppendOptions,
  ): Promise<AppendPosition> {
    const written = this.of(channel);
    const timestamp = Date.now();
    const records = drafts.map((draft) => encodeRecord(draft, timestamp, channel));
    const { promise, resolve, reject } = deferred<AppendPosition>();
    written.push({ records, options, resolve, reject });
    if (!written.sending) this.#schedule(written);
    return promise;
  }

  /**
   * Checks whether Redis still has the entries that it acknowledged. Channels that have lost entries continue
   * in a new life. Their viewers wait for this, even if the source is silent for long. Never rejects.
   */
  async confirm(): Promise<void> {
    const confirmed = this.owned.map(({ channel, claim }) => this.append(channel, [], { claim }));
    await Promise.allSettled(confirmed);
  }

  /** A channel that this instance writes to. */
  of(channel: Channel): WrittenChannel {
    const keys = this.keys.of(channel);
    const known = this.#channels.get(keys.meta);
    if (known) return known;
    const written = new WrittenChannel(channel, keys);
    this.#channels.set(keys.meta, written);
    this.#idle.touch(written);
    return written;
  }

  /** Resolves when all appends to a channel so far are answered. */
  async settled(channel: Channel): Promise<void> {
    const written = this.#channels.get(this.keys.of(channel).meta);
    while (written && (written.isWaiting || written.sending)) {
      if (!written.sending) this.#flush();
      await written.sending;
    }
  }

  /** Forgets a channel that is not written to any more. */
  forget(channel: Channel): void {
    const { meta } = this.keys.of(channel);
    const written = this.#channels.get(meta);
    if (written) this.#idle.remove(written);
    this.#channels.delete(meta);
  }

  /** Resolves when everything is answered. */
  async drained(): Promise<void> {
    await Promise.all([...this.#channels.values()].map(({ channel }) => this.settled(channel)));
  }

  close(): void {
    this.#idle.clear();
  }

  #schedule(written: WrittenChannel): void {
    this.#ready.add(written);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    this.#isScheduled = false;
    const calls = new Map<number, { items: Item[]; bytes: number }>();
    for (const written of this.#ready.take()) {
      const { partition } = written.keys;
      const number = (this.#lastNumber += 1);
      const batch = written.take(number, this.options.ttlMs[written.channel.kind]);
      let call = calls.get(partition);
      if (call && (call.items.length === MAX_CHANNELS || call.bytes > MAX_CALL_BYTES)) {
        this.#send(call.items);
        call = undefined;
      }
      call ??= { items: [], bytes: 0 };
      call.items.push({ written, number, batch });
      call.bytes += batch.bytes;
      calls.set(partition, call);
    }
    for (const { items } of calls.values()) this.#send(items);
  }

  #send(items: readonly Item[]): void {
    const sent = this.#sendNow(items).then(() => {
      for (const { written } of items) {
        written.sending = undefined;
        if (written.isWaiting) this.#schedule(written);
      }
    });
    for (const { written } of items) written.sending = sent;
  }

  /** Never rejects. */
  async #sendNow(items: readonly Item[]): Promise<void> {
    const { publish, writer, maxEntries, maxBytes } = this.options;
    const keys = items.flatMap(({ written }) => scriptKeys(written.keys));
    const args = [
      publish,
      writer,
      maxEntries,
      maxBytes,
      ...items.flatMap(({ batch }) => batch.args),
    ];
    let sends = 0;
    try {
      const answers = await this.link.call((connection) => {
        sends += 1;
        return APPEND.run(connection, keys, args);
      });
      for (const [index, answer] of (answers as Answer[]).entries()) {
        const item = items[index];
        if (!item) continue;
        // A batch that was sent twice may have begun a life that was lost since.
        if (sends === 1 && answer[1] !== item.batch.spareEpoch)
          item.written.keepSpareEpoch(item.batch);
        this.#answered(item, answer);
      }
    } catch (error) {
      for (const { batch } of items) for (const append of batch.appends) append.reject(error);
    }
  }

  #answered({ written, number, batch }: Item, [answer, epoch, head]: Answer): void {
    if (answer === 'ok' && epoch !== undefined && head !== undefined) {
      if (!written.isOwned) this.#idle.touch(written);
      written.appended(batch, number, { epoch, head });
      return;
    }
    if (answer === 'gone' && written.reopen(batch, this.#knownSince())) return;
    const error = answer === 'taken' ? takenOver() : notActive(written.channel);
    for (const append of batch.appends) append.reject(error);
    if (!written.isWaiting) this.forget(written.channel);
  }

  /**
   * A channel that this instance wrote to after this time, by `performance.now()`, cannot have expired: others
   * end it only when the lease is over, and then it is kept for the retention.
   */
  #knownSince(): number {
    const { retentionMs, leaseMs, heldAt } = this.options;
    const now = performance.now();
    return heldAt() + leaseMs + retentionMs > now ? Number.NEGATIVE_INFINITY : now - retentionMs;
  }

  #expire(written: WrittenChannel): void {
    if (written.isOwned) return;
    if (written.isWaiting || written.sending) this.#idle.touch(written);
    else this.#channels.delete(written.keys.meta);
  }
}
