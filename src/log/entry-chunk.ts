import { StreamEventType, type StreamEventName } from '../protocol/stream-event-type.js';
import type { ChannelLife } from './channel-life.js';
import { LogEntry, type UpdateDraft } from './log-entry.js';

/**
 * The header of each entry, with sizes in bytes: the length of its data (4), of its metadata (4) and of its whole
 * JSON (4), its time (8), its node (2), its execution (2), its type (1), whether it is ASCII (1).
 */
const HEADER_BYTES = 26;
const METADATA_AT = 4;
const JSON_AT = 8;
const TIME_AT = 12;
const NODE_AT = 20;
const EXECUTION_AT = 22;
const TYPE_AT = 24;
const ASCII_AT = 25;

const TYPES: readonly StreamEventName[] = Object.values(StreamEventType);

/** An entry, and what it was made of. */
export interface StoredEntry {
  readonly entry: LogEntry;
  readonly draft: UpdateDraft;
  /** When the entry was appended, by `Date.now()`. */
  readonly timestamp: number;
}

/**
 * Neighbouring entries, stored one after the other in memory outside of the heap. For the garbage collector
 * they are only one object. The rest of an entry's JSON follows from its place, so it is not stored.
 */
export class EntryChunk {
  readonly #data: Buffer;
  /** The offset of the oldest entry, and the offset for the next entry. */
  #start = 0;
  #end = 0;
  #first: number;
  #size = 0;
  /** The nodes and executions of entries. */
  #names: readonly (string | undefined)[] = [];
  /** The targets of entries that are only for some viewers, by sequence number. */
  #targets: Map<number, readonly string[]> | undefined;

  /** @param first - the sequence number of the first entry */
  constructor(capacity: number, first: number) {
    this.#data = Buffer.allocUnsafeSlow(capacity);
    this.#first = first;
  }

  /** How many bytes an entry takes. */
  static sizeOf({ entry, draft: { dataJson, metadataJson } }: StoredEntry): number {
    const length = dataJson.length + metadataJson.length;
    if (isAscii(entry)) return HEADER_BYTES + length;
    return HEADER_BYTES + Buffer.byteLength(dataJson) + Buffer.byteLength(metadataJson);
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

  /** @param bytes - the size of an entry, by {@link sizeOf} */
  fits(bytes: number): boolean {
    return this.#end + bytes <= this.#data.length;
  }

  push({ entry, draft, timestamp }: StoredEntry): void {
    const { dataJson, metadataJson, executionId } = draft;
    const { bytes, sequence, nodeId, targets, type } = entry;
    const data = this.#data;
    const at = this.#end;
    const encoding = isAscii(entry) ? 'latin1' : 'utf8';
    const start = at + HEADER_BYTES;
    const dataBytes = data.write(dataJson, start, encoding);
    const metadataBytes =
      metadataJson === '' ? 0 : data.write(metadataJson, start + dataBytes, encoding);
    data.writeUInt32LE(dataBytes, at);
    data.writeUInt32LE(metadataBytes, at + METADATA_AT);
    data.writeUInt32LE(bytes, at + JSON_AT);
    data.writeDoubleLE(timestamp, at + TIME_AT);
    data.writeUInt16LE(this.#indexOf(nodeId), at + NODE_AT);
    data.writeUInt16LE(this.#indexOf(executionId), at + EXECUTION_AT);
    data[at + TYPE_AT] = TYPES.indexOf(type);
    data[at + ASCII_AT] = encoding === 'latin1' ? 1 : 0;
    this.#end = start + dataBytes + metadataBytes;
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
    const bytes = this.#data.readUInt32LE(this.#start + JSON_AT);
    this.#targets?.delete(this.#first);
    this.#start = this.#endOf(this.#start);
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
      at = this.#endOf(at);
    }
  }

  #endOf(at: number): number {
    const data = this.#data;
    return at + HEADER_BYTES + data.readUInt32LE(at) + data.readUInt32LE(at + METADATA_AT);
  }

  #entryAt(at: number, sequence: number, life: ChannelLife): LogEntry {
    const data = this.#data;
    const encoding = data[at + ASCII_AT] === 1 ? 'latin1' : 'utf8';
    const start = at + HEADER_BYTES;
    const middle = start + data.readUInt32LE(at);
    const draft: UpdateDraft = {
      type: TYPES[data[at + TYPE_AT] ?? 0] ?? StreamEventType.CUSTOM,
      nodeId: this.#names[data.readUInt16LE(at + NODE_AT)],
      dataJson: data.toString(encoding, start, middle),
      metadataJson: data.toString(encoding, middle, this.#endOf(at)),
      targets: this.#targets?.get(sequence),
      executionId: this.#names[data.readUInt16LE(at + EXECUTION_AT)],
    };
    return LogEntry.create(draft, sequence, data.readDoubleLE(at + TIME_AT), life);
  }

  #indexOf(name: string | undefined): number {
    const known = this.#names.lastIndexOf(name);
    if (known !== -1) return known;
    // `push` would reserve memory for 17 names; most chunks have one or two.
    this.#names = this.#names.concat(name);
    return this.#names.length - 1;
  }
}

const isAscii = ({ bytes, json }: LogEntry): boolean => bytes === json.length;
