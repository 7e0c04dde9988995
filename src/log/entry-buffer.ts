import type { ChannelLife } from './channel-life.js';
import { isTextual, KeptText } from './kept-text.js';
import { EntryChunk, type StoredEntry } from './entry-chunk.js';
import type { LogEntry } from './log-entry.js';

/** How much a buffer holds. */
export interface EntryBufferBounds {
  readonly maxEntries: number;
  readonly maxBytes: number;
}

/**
 * The sizes of chunks, in bytes. The first chunk of a channel has the smallest size, because many channels
 * are small. Each further chunk is up to twice as large as the one before it, up to the largest size.
 */
const SMALLEST_CHUNK = 1_024;
const LARGEST_CHUNK = 65_536;
/**
 * The largest part of its size by which a chunk is smaller at random. Otherwise all channels that began
 * together would need memory at the same moment.
 */
const VARIATION = 0.5;
/**
 * The share of the limit that the text of removed entries may take, in addition to the entries: a quarter.
 */
const KEPT_SHARE = 4;

/**
 * The newest entries of one channel, in order and without a gap. Old entries are removed if a limit is
 * exceeded. The newest entry always stays, even if it is too large. Entries are stored outside of the heap.
 * The text of removed entries is kept for some more time.
 */
export class EntryBuffer {
  /** Oldest first; none is empty. */
  #chunks: readonly EntryChunk[] = [];
  #size = 0;
  #bytes = 0;
  /** The text of removed entries. It is made when the first entry is removed. */
  #kept: KeptText | undefined;

  constructor(
    private readonly bounds: EntryBufferBounds,
    private readonly life: ChannelLife,
  ) {}

  /** The sequence number of the oldest entry; undefined when empty. */
  get first(): number | undefined {
    return this.#chunks[0]?.first;
  }

  /** The kept text of removed entries. */
  get kept(): readonly LogEntry[] {
    return this.#kept?.entries ?? [];
  }

  /** The first sequence number of {@link kept}; undefined when it is empty. */
  get firstKept(): number | undefined {
    return this.#kept?.first;
  }

  /** How many entries it holds. */
  get size(): number {
    return this.#size;
  }

  /** How many bytes of JSON it holds. */
  get bytes(): number {
    return this.#bytes;
  }

  /** How many bytes of memory it uses. */
  get capacity(): number {
    return this.#chunks.reduce((sum, { capacity }) => sum + capacity, 0);
  }

  push(stored: StoredEntry): void {
    this.#chunkFor(stored).push(stored);
    this.#size += 1;
    this.#bytes += stored.entry.bytes;
    const { maxEntries, maxBytes } = this.bounds;
    while (this.#size > 1 && (this.#size > maxEntries || this.#bytes > maxBytes)) this.#shift();
  }

  /** At most `limit` entries with a greater sequence number than `sequence`, oldest first. */
  after(sequence: number, limit: number): LogEntry[] {
    const entries: LogEntry[] = [];
    const from = this.#chunks.findLastIndex(({ first }) => first <= sequence + 1);
    for (const chunk of this.#chunks.slice(Math.max(0, from))) {
      if (entries.length >= limit) break;
      chunk.read(sequence + 1, limit, this.life, entries);
    }
    return entries;
  }

  #chunkFor(stored: StoredEntry): EntryChunk {
    const bytes = EntryChunk.sizeOf(stored);
    const last = this.#chunks.at(-1);
    if (last?.fits(bytes)) return last;
    const usual = last ? Math.min(last.capacity * 2, LARGEST_CHUNK) : SMALLEST_CHUNK;
    const varied = Math.ceil(usual * (1 - VARIATION * Math.random()));
    const chunk = new EntryChunk(Math.max(bytes, varied), stored.entry.sequence);
    // `push` would reserve memory for 17 chunks; most channels have one or two.
    this.#chunks = this.#chunks.concat(chunk);
    return chunk;
  }

  #shift(): void {
    const [oldest] = this.#chunks;
    if (!oldest) return;
    if (isTextual(oldest.oldestType)) {
      this.#kept ??= new KeptText(this.bounds.maxBytes / KEPT_SHARE);
      this.#kept.add(oldest.oldest(this.life));
    }
    this.#bytes -= oldest.shift();
    this.#size -= 1;
    if (oldest.size === 0) this.#chunks = this.#chunks.slice(1);
  }
}
