import { StreamEventType } from '../protocol/stream-event-type.js';
import type { StreamUpdate, TokenData } from '../protocol/stream-update.js';
import { LogEntry, sameIds } from './log-entry.js';

/**
 * The largest joined update in bytes of JSON. A client gets an update as a whole, so it must not be too large
 * for a slow client. The rest up to 64 KiB is for fields that the last joined update has in addition to the
 * first.
 */
const MAX_JOINED_BYTES = 64_000;

/**
 * Joins neighbouring token entries of one node and message into one entry, as the coalescer does with waiting
 * tokens. So a client that catches up gets a few updates instead of thousands.
 */
export function joinTokens(entries: readonly LogEntry[]): LogEntry[] {
  const joined: LogEntry[] = [];
  let run: TokenEntry[] = [];
  let bytes = 0;
  const endRun = (): void => {
    if (run.length > 0) joined.push(joinRun(run));
    run = [];
  };
  for (const entry of entries) {
    const token = decodeToken(entry);
    if (!token) {
      endRun();
      joined.push(entry);
      continue;
    }
    const previous = run.at(-1);
    const fits = bytes + token.textBytes <= MAX_JOINED_BYTES;
    if (previous && !(fits && canJoin(previous, token))) endRun();
    bytes = run.length === 0 ? entry.bytes : bytes + token.textBytes;
    run.push(token);
  }
  endRun();
  return joined;
}

/** A token entry, decoded. It is decoded here and not in the entry, so that the log does not grow. */
interface TokenEntry {
  readonly entry: LogEntry;
  readonly update: StreamUpdate<'token'>;
  readonly key: string;
  /** How much its text adds to the JSON of a joined update. */
  readonly textBytes: number;
}

/** @returns undefined for an update without text to join, which a source can also emit as a token */
function decodeToken(entry: LogEntry): TokenEntry | undefined {
  if (entry.type !== StreamEventType.TOKEN) return undefined;
  const update = JSON.parse(entry.json) as StreamUpdate<'token'>;
  const { content } = (update.data ?? {}) as Partial<TokenData>;
  if (typeof content !== 'string') return undefined;
  const textBytes = Buffer.byteLength(JSON.stringify(content)) - '""'.length;
  return { entry, update, key: joinKey(update), textBytes };
}

function canJoin(previous: TokenEntry, next: TokenEntry): boolean {
  return (
    previous.key === next.key &&
    previous.entry.nodeId === next.entry.nodeId &&
    sameIds(previous.entry.targets, next.entry.targets)
  );
}

/** The parts of a token update that must be equal to join its text with its neighbour's text. */
function joinKey({ data, metadata }: StreamUpdate<'token'>): string {
  const { content: _content, index: _index, totalTokens: _total, ...restOfData } = data;
  const {
    timestamp: _timestamp,
    sequenceNumber: _sequence,
    fromSequence: _from,
    ...restOfMetadata
  } = metadata ?? { timestamp: 0, sequenceNumber: 0 };
  return JSON.stringify([restOfData, restOfMetadata]);
}

function joinRun(run: readonly TokenEntry[]): LogEntry {
  const first = run[0];
  const last = run.at(-1);
  if (first === undefined || last === undefined)
    throw new RangeError('A run of tokens is not empty.');
  if (first === last) return first.entry;
  const { type, data, metadata } = last.update;
  const content = run.map(({ update }) => update.data.content).join('');
  const { index } = first.update.data;
  const { fromSequence } = first.entry;
  const json = JSON.stringify({
    type,
    data: { ...data, content, ...(index === undefined ? {} : { index }) },
    metadata: { ...metadata, fromSequence },
  });
  const { life, sequence, nodeId, targets } = last.entry;
  return new LogEntry(life, sequence, type, nodeId, targets, json, fromSequence);
}
