import { joinTokens } from '../log/join-tokens.js';
import { coverMissing } from '../log/kept-text.js';
import type { LogEntry } from '../log/log-entry.js';
import { positionBefore } from '../log/log-position.js';
import type { LogRead } from '../log/stream-log.js';
import type { Subscriber } from './subscriber.js';

/**
 * A part of the log for the subscribers that catch up from the same position. The updates for a filter are
 * made when the first subscriber needs them, and all subscribers with the same filter share them.
 */
export class CatchUpPage {
  readonly epoch: string;
  /** False if the log no longer had the entries at the beginning of the page. */
  readonly recovered: boolean;
  /** The sequence number after which it begins. */
  readonly after: number;
  #prepared: readonly LogEntry[] | undefined;
  readonly #selections = new Map<string, Selection>();

  /** @param prepare - returns the entry that subscribers get instead */
  constructor(
    private readonly read: LogRead,
    position: number,
    private readonly prepare: (entries: readonly LogEntry[]) => readonly LogEntry[],
  ) {
    const { epoch, recovered } = read;
    this.epoch = epoch;
    this.recovered = recovered;
    this.after = recovered ? position : positionBefore(read);
  }

  /** The position after which the log is complete. Before it, there is only kept text. */
  get wholeAfter(): number {
    return (this.read.entries[0]?.sequence ?? this.read.head + 1) - 1;
  }

  /** The last entry of the page, also if a filter drops it; undefined if the log had no more entries. */
  get last(): LogEntry | undefined {
    return this.read.entries.at(-1);
  }

  /** The entries for a subscriber by its present filter. Neighbouring tokens are joined. */
  entriesFor(subscriber: Subscriber): readonly LogEntry[] {
    const { filter } = subscriber;
    let selection = this.#selections.get(filter.key);
    if (!selection) {
      this.#prepared ??= this.prepare([...(this.read.kept ?? []), ...this.read.entries]);
      selection = new Selection(filter.select(this.#prepared), (entries) => this.#cover(entries));
      this.#selections.set(filter.key, selection);
    }
    return selection.entriesFor(subscriber);
  }

  #cover(entries: readonly LogEntry[]): readonly LogEntry[] {
    const { kept = [] } = this.read;
    return kept.length > 0 ? coverMissing(entries, this.after, this.wholeAfter) : entries;
  }
}

/** The entries for one filter. There are variants, by the targeted entries that they include. */
class Selection {
  readonly #targeted: readonly LogEntry[];
  readonly #joined = new Map<string, readonly LogEntry[]>();

  /** @param cover - extends entries to cover the missing positions between them */
  constructor(
    private readonly entries: readonly LogEntry[],
    private readonly cover: (entries: readonly LogEntry[]) => readonly LogEntry[],
  ) {
    this.#targeted = entries.filter(({ targets }) => targets);
  }

  entriesFor(subscriber: Subscriber): readonly LogEntry[] {
    const key = this.#targeted.map((entry) => (subscriber.isTargeted(entry) ? 1 : 0)).join('');
    let joined = this.#joined.get(key);
    if (!joined) {
      const targeted = this.entries.filter((entry) => subscriber.isTargeted(entry));
      joined = this.cover(joinTokens(targeted));
      this.#joined.set(key, joined);
    }
    return joined;
  }
}
