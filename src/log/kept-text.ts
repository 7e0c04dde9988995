import { StreamEventType, type StreamEventName } from '../protocol/stream-event-type.js';
import { joinTokens } from './join-tokens.js';
import { LogEntry } from './log-entry.js';
import type { StreamUpdate } from '../protocol/stream-update.js';

/** How many entries are joined at a time, because each joining makes the whole text again. */
const JOINED_AT_ONCE = 256;

/** The updates that text is made of: tokens, parts of messages, and updates that make text void. */
const TEXTUAL: readonly StreamEventName[] = [
  StreamEventType.TOKEN,
  StreamEventType.MESSAGES,
  StreamEventType.NODE_RETRY,
];

/**
 * What the JSON of a part of a message contains. The agent keeps whole messages. A quotation mark inside of a text
 * would be escaped.
 */
export const PARTIAL = '"partial":true';

/** Whether an entry may be kept after it is removed from its buffer. */
export function isTextual(type: StreamEventName): boolean {
  return TEXTUAL.includes(type);
}

/**
 * The text of entries that were removed from the buffer of a channel. Tokens of a node are joined even if
 * other updates were between them, so a long text needs little memory. If there is too much text, the oldest
 * is removed.
 */
export class KeptText {
  readonly #joined: LogEntry[] = [];
  #waiting: LogEntry[] = [];

  constructor(private readonly maxBytes: number) {}

  /** Keeps a removed text entry. Entries come in order. */
  add(entry: LogEntry): void {
    const isFirst = this.#waiting.length + this.#joined.length === 0;
    if (isFirst && entry.type === StreamEventType.NODE_RETRY) return;
    if (entry.type === StreamEventType.MESSAGES && !entry.json.includes(PARTIAL)) return;
    this.#waiting.push(entry);
    if (this.#waiting.length >= JOINED_AT_ONCE) this.#join();
  }

  /** The kept entries, oldest first. */
  get entries(): readonly LogEntry[] {
    this.#join();
    return [...this.#joined];
  }

  /** The first sequence number that is kept; undefined when nothing is. */
  get first(): number | undefined {
    this.#join();
    return this.#joined[0]?.fromSequence;
  }

  #join(): void {
    if (this.#waiting.length === 0) return;
    const last = this.#joined.pop();
    this.#joined.push(...joinTokens(last ? [last, ...this.#waiting] : this.#waiting));
    this.#waiting = [];
    let bytes = this.#joined.reduce((sum, entry) => sum + entry.bytes, 0);
    while (bytes > this.maxBytes) bytes -= this.#joined.shift()?.bytes ?? bytes;
  }
}

/**
 * Extends kept entries to cover the missing positions around them, as if the missing entries were joined with
 * them. Otherwise clients would ask for these positions again and again.
 *
 * @param after - the position before the first of the places
 * @param until - the last of the places; the entries after it do not change
 */
export function coverMissing(
  entries: readonly LogEntry[],
  after: number,
  until: number,
): readonly LogEntry[] {
  let position = after;
  return entries.map((entry, index) => {
    const from = position + 1;
    if (from > until) return entry;
    const next = entries[index + 1];
    position = Math.max(entry.sequence, Math.min(until, next ? next.fromSequence - 1 : until));
    return covering(entry, from, position);
  });
}

function covering(entry: LogEntry, from: number, to: number): LogEntry {
  const { life, type, nodeId, targets } = entry;
  const { metadata, ...update } = JSON.parse(entry.json) as StreamUpdate;
  const json = JSON.stringify({
    ...update,
    metadata: { ...metadata, sequenceNumber: to, fromSequence: from },
  });
  return new LogEntry(life, to, type, nodeId, targets, json, from);
}
