import { channelLife, type ChannelLife } from '../../log/channel-life.js';
import { LogEntry, type UpdateDraft } from '../../log/log-entry.js';
import { StreamEventType, type StreamEventName } from '../../protocol/stream-event-type.js';
import type { Channel } from '../../protocol/channel.js';

/** The format of the records that this version writes. Records of every earlier format can be read. */
const FORMAT = '1';

/** Stands between the fields of a record. JSON does not contain it: there it is written with a backslash. */
const FIELD = '\u001f';

/** The first field of the records whose text is kept. */
export const TEXTUAL = [StreamEventType.TOKEN, StreamEventType.NODE_RETRY].map(
  (type) => FORMAT + type,
);

/** The first field of records that are kept if they are parts of messages. */
export const MESSAGES = FORMAT + StreamEventType.MESSAGES;

/** Stands between the records of a message. */
export const RECORD = '\u001e';

/**
 * Encodes an update for Redis: format, type, node, targets, execution, time, further metadata and data. The
 * last two are copied unchanged. The sequence number follows from the list, and the rest from the channel. An
 * absent field is empty.
 */
export function encodeRecord(draft: UpdateDraft, timestamp: number, { kind }: Channel): string {
  const { type, nodeId, targets, executionId, metadataJson, dataJson } = draft;
  const fields = [
    FORMAT + type,
    json(nodeId),
    json(targets),
    kind === 'room' ? json(executionId) : '',
    timestamp.toString(36),
    metadataJson,
    dataJson,
  ];
  return fields.join(FIELD);
}

/**
 * Decodes a record.
 *
 * @throws TypeError when a later version of the library wrote it
 */
export function decodeRecord(record: string, sequence: number, life: ChannelLife): LogEntry {
  const [
    first = '',
    nodeId,
    targets,
    executionId,
    timestamp = '',
    metadataJson = '',
    dataJson = '',
  ] = record.split(FIELD);
  if (!first.startsWith(FORMAT))
    throw new TypeError(
      'The log has records of a later version of the library. Deploy that version everywhere.',
    );
  const draft: UpdateDraft = {
    type: first.slice(FORMAT.length) as StreamEventName,
    nodeId: parsed(nodeId) as string | undefined,
    targets: parsed(targets) as string[] | undefined,
    executionId: parsed(executionId) as string | undefined,
    metadataJson,
    dataJson,
  };
  return LogEntry.create(draft, sequence, Number.parseInt(timestamp, 36), life);
}

/** A record without any content. */
const EMPTY: UpdateDraft = {
  type: '' as StreamEventName,
  nodeId: undefined,
  targets: undefined,
  metadataJson: '',
  dataJson: '',
};

/**
 * How many bytes the JSON of an entry of a channel has more than its record: with an empty sequence number, and
 * without a node, targets and the execution of an entry of a room. The script that appends adds what these need.
 */
export function jsonOverhead(channel: Channel): number {
  const now = Date.now();
  const sequence = 1;
  const { bytes } = LogEntry.create(EMPTY, sequence, now, channelLife(channel, ''));
  return bytes - String(sequence).length - Buffer.byteLength(encodeRecord(EMPTY, now, channel));
}

/** Decodes a removed record. Its sequence number is stored in front of it. */
export function decodeKept(kept: string, life: ChannelLife): LogEntry {
  const end = kept.indexOf(FIELD);
  return decodeRecord(kept.slice(end + 1), Number(kept.slice(0, end)), life);
}

function json(value: unknown): string {
  return value === undefined ? '' : JSON.stringify(value);
}

function parsed(text: string | undefined): unknown {
  return text ? JSON.parse(text) : undefined;
}
