import type { LogEntry } from '../log/log-entry.js';

/** The limit for all channels together, in bytes, and the cost of one place. */
const MAX_BYTES = 33_554_432;
const PLACE_BYTES = 96;

/** What viewers get at a place: the entry itself, another entry, or nothing. */
type Prepared = 'as it is' | 'withheld' | LogEntry;

interface Life {
  readonly byPlace: Map<number, Prepared>;
  bytes: number;
}

/**
 * Remembers the prepared entries by the life of their channel and their sequence number, because a log may
 * make a new object at each read. Its size is limited: the channel that was used longest ago is removed
 * first.
 */
export class PreparedEntries {
  /** In the order of their last use. */
  readonly #lives = new Map<string, Life>();
  #bytes = 0;

  constructor(private readonly maxBytes = MAX_BYTES) {}

  get(entry: LogEntry): LogEntry | 'withheld' | undefined {
    const prepared = this.#lives.get(entry.life.key)?.byPlace.get(entry.sequence);
    return prepared === 'as it is' ? entry : prepared;
  }

  set(entry: LogEntry, prepared: LogEntry | 'withheld'): void {
    const life = entry.life.key;
    const kept = this.#lives.get(life) ?? { byPlace: new Map<number, Prepared>(), bytes: 0 };
    const asItIs = prepared === entry;
    const bytes = PLACE_BYTES + (asItIs || prepared === 'withheld' ? 0 : prepared.bytes);
    kept.byPlace.set(entry.sequence, asItIs ? 'as it is' : prepared);
    kept.bytes += bytes;
    this.#bytes += bytes;
    this.#lives.delete(life);
    this.#lives.set(life, kept);
    this.#makeRoom();
  }

  #makeRoom(): void {
    for (const [life, { bytes }] of this.#lives) {
      if (this.#bytes <= this.maxBytes) return;
      this.#lives.delete(life);
      this.#bytes -= bytes;
    }
  }
}
