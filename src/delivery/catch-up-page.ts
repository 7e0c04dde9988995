import { joinTokens } from '../log/join-tokens.js';
import { coverMissing } from '../log/kept-text.js';
import type { LogEntry } from '../log/log-entry.js';
import { positionBefore } from '../log/log-position.js';
import type { LogRead } from '../log/stream-log.js';
import type { Subscriber } from './subscriber.js';

/**
 * A stretch of the log for the subscribers that catch up from the same place. What they get of it is
 * made when the first asks for it, in its turn, and shared by all who get the same.
 */
export class CatchUpPage {
  readonly epoch: string;
  /** False when the log no longer reached back to where the page should begin. */
  readonly recovered: boolean;
  /** The sequence number after which it begins. */
  readonly after: number;
  #prepared: readonly LogEntry[] | undefined;
  readonly #selections = new Map<string, Selection>();

  /** @param prepare - what subscribers get in place of entries */
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

  /** The position from which on the log has everything: before it there is only what was kept. */
  get wholeAfter(): number {
    return (this.read.entries[0]?.sequence ?? this.read.head + 1) - 1;
  }

  /** The last entry it covers, wanted or not; undefined when there was nothing more to read. */
  get last(): LogEntry | undefined {
    return this.read.entries.at(-1);
  }

  /** What a subscriber wants of it, as its filter is now, neighbouring tokens joined. */
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

/** What one filter lets through, by which of the entries for some viewers only are among them. */
class Selection {
  readonly #targeted: readonly LogEntry[];
  readonly #joined = new Map<string, readonly LogEntry[]>();

  /** @param cover - makes entries cover what is missing between them */
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
