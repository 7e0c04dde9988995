import { StreamEventType, type StreamEventName } from '../protocol/stream-event-type.js';
import type { ChannelLife } from './channel-life.js';
import { LogEntry } from './log-entry.js';

/**
 * The header of each entry, with sizes in bytes: the length of its JSON (4), its node (2), its type (1),
 * whether it is ASCII (1).
 */
const HEADER_BYTES = 8;
const NODE_AT = 4;
const TYPE_AT = 6;
const ASCII_AT = 7;

const TYPES: readonly StreamEventName[] = Object.values(StreamEventType);

/**
 * Neighbouring entries, encoded one after the other in memory outside of the heap. For the garbage collector
 * they are only one object.
 */
export class EntryChunk {
  readonly #data: Buffer;
  /** The offset of the oldest entry, and the offset for the next entry. */
  #start = 0;
  #end = 0;
  #first: number;
  #size = 0;
  #nodeIds: readonly (string | undefined)[] = [];
  /** The targets of entries that are only for some viewers, by sequence number. */
  #targets: Map<number, readonly string[]> | undefined;

  /** @param first - the sequence number of the first entry */
  constructor(capacity: number, first: number) {
    this.#data = Buffer.allocUnsafeSlow(capacity);
    this.#first = first;
  }

  /** How many bytes an entry takes. */
  static sizeOf({ bytes }: LogEntry): number {
    return HEADER_BYTES + bytes;
  }

  get capacity(): number {
    return this.#data.length;
  }

  /** The sequence number of the oldest entry. */
  get first(): number {
    return this.#first;
  }

  get size(): number {
    return this.#size;
  }

  fits(entry: LogEntry): boolean {
    return this.#end + EntryChunk.sizeOf(entry) <= this.#data.length;
  }

  push(entry: LogEntry): void {
    const { json, bytes, sequence, targets } = entry;
    const data = this.#data;
    const at = this.#end;
    const isAscii = bytes === json.length;
    data.writeUInt32LE(bytes, at);
    data.writeUInt16LE(this.#indexOf(entry.nodeId), at + NODE_AT);
    data[at + TYPE_AT] = TYPES.indexOf(entry.type);
    data[at + ASCII_AT] = isAscii ? 1 : 0;
    data.write(json, at + HEADER_BYTES, isAscii ? 'latin1' : 'utf8');
    this.#end = at + HEADER_BYTES + bytes;
    this.#size += 1;
    if (targets) (this.#targets ??= new Map()).set(sequence, targets);
  }

  /** The type of the oldest entry. */
  get oldestType(): StreamEventName {
    return TYPES[this.#data[this.#start + TYPE_AT] ?? 0] ?? StreamEventType.CUSTOM;
  }

  /** The oldest entry. */
  oldest(life: ChannelLife): LogEntry {
    return this.#entryAt(this.#start, this.#first, life);
  }

  /** Drops the oldest entry. @returns how many bytes of JSON it had */
  shift(): number {
    const bytes = this.#data.readUInt32LE(this.#start);
    this.#targets?.delete(this.#first);
    this.#start += HEADER_BYTES + bytes;
    this.#first += 1;
    this.#size -= 1;
    return bytes;
  }

  /** Adds entries, beginning with a sequence number, to a list, until the list has `limit` entries. */
  read(from: number, limit: number, life: ChannelLife, entries: LogEntry[]): void {
    let at = this.#start;
    const end = this.#first + this.#size;
    for (let sequence = this.#first; sequence < end && entries.length < limit; sequence += 1) {
      if (sequence >= from) entries.push(this.#entryAt(at, sequence, life));
      at += HEADER_BYTES + this.#data.readUInt32LE(at);
    }
  }

  #entryAt(at: number, sequence: number, life: ChannelLife): LogEntry {
    const data = this.#data;
    const start = at + HEADER_BYTES;
    const end = start + data.readUInt32LE(at);
    const json = data.toString(data[at + ASCII_AT] === 1 ? 'latin1' : 'utf8', start, end);
    const nodeId = this.#nodeIds[data.readUInt16LE(at + NODE_AT)];
    const type = TYPES[data[at + TYPE_AT] ?? 0] ?? StreamEventType.CUSTOM;
    return new LogEntry(life, sequence, type, nodeId, this.#targets?.get(sequence), json);
  }

  #indexOf(nodeId: string | undefined): number {
    const known = this.#nodeIds.lastIndexOf(nodeId);
    if (known !== -1) return known;
    // `push` would reserve memory for 17 nodes; most chunks have one or two.
    this.#nodeIds = this.#nodeIds.concat(nodeId);
    return this.#nodeIds.length - 1;
  }
}
