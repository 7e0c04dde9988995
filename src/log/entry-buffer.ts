import { channelLife } from './channel-life.js';
import { LogEntry } from './log-entry.js';

/** How much a buffer holds. */
export interface EntryBufferBounds {
  readonly maxEntries: number;
  readonly maxBytes: number;
}

/** Takes the place of an entry that has left, so that nothing holds on to it. */
const LEFT = new LogEntry(
  channelLife({ kind: 'room', id: '' }, ''),
  0,
  'custom',
  undefined,
  undefined,
  '',
);

/**
 * The newest entries of one channel, in order and without a gap. Old ones leave when a bound is
 * passed; the newest always stays, however large it is.
 */
export class EntryBuffer {
  #entries: LogEntry[] = [];
  /** Entries before this index have left; their places are cut off in bulk, since `shift` moves all. */
  #start = 0;
  #bytes = 0;

  constructor(private readonly bounds: EntryBufferBounds) {}

  /** The sequence number of the oldest entry; undefined when empty. */
  get first(): number | undefined {
    return this.#entries[this.#start]?.sequence;
  }

  /** How many entries it holds. */
  get size(): number {
    return this.#entries.length - this.#start;
  }

  /** How many bytes of JSON it holds. */
  get bytes(): number {
    return this.#bytes;
  }

  push(entry: LogEntry): void {
    this.#entries.push(entry);
    this.#bytes += entry.bytes;
    while (
      this.size > 1 &&
      (this.size > this.bounds.maxEntries || this.#bytes > this.bounds.maxBytes)
    ) {
      this.#bytes -= this.#entries[this.#start]?.bytes ?? 0;
      this.#entries[this.#start] = LEFT;
      this.#start += 1;
    }
    if (this.#start > 1024 && this.#start > this.#entries.length / 2) {
      this.#entries = this.#entries.slice(this.#start);
      this.#start = 0;
    }
  }

  /** At most `limit` entries with a greater sequence number than `sequence`, oldest first. */
  after(sequence: number, limit: number): LogEntry[] {
    const first = this.first;
    if (first === undefined) return [];
    const from = this.#start + Math.max(0, sequence + 1 - first);
    return this.#entries.slice(from, from + limit);
  }
}
