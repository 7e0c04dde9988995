import { dataJson } from '../common/data-json.js';
import { StreamingError } from '../errors/streaming.error.js';
import { isStreamEventName, type StreamEventName } from '../protocol/stream-event-type.js';
import { isReservedEvent } from '../protocol/thread-event-name.js';
import type { StreamUpdate, StreamUpdateMetadata } from '../protocol/stream-update.js';
import type { ChannelLife } from './channel-life.js';

/** Metadata keys that only the library writes. */
const RESERVED_METADATA = new Set([
  'timestamp',
  'sequenceNumber',
  'fromSequence',
  'executionId',
  'roomId',
  'nodeId',
]);

/** What a source says about an update before the log has given it its place. */
export interface UpdateInput {
  readonly type: StreamEventName;
  readonly data: unknown;
  /** The data as JSON, if that was made before. */
  readonly dataJson?: string | undefined;
  readonly nodeId?: string | undefined;
  /** Further metadata. Keys that the library writes itself are ignored. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  /** Deliver to these principals and connections only. Absent: to every subscriber. */
  readonly targets?: readonly string[] | undefined;
}

/**
 * An update that waits for its sequence number. It is encoded here, once and at once, so that what a
 * source changes afterwards cannot change what was streamed, nor who gets it.
 */
export interface UpdateDraft {
  readonly type: StreamEventName;
  readonly nodeId: string | undefined;
  /** `data` as JSON. */
  readonly dataJson: string;
  /** Further metadata as JSON object members with a leading comma, or an empty string. */
  readonly metadataJson: string;
  readonly targets: readonly string[] | undefined;
  /** The execution that it comes from, when it goes to a room. */
  readonly executionId?: string | undefined;
}

/**
 * Encodes an update.
 *
 * @param metadataJson - its metadata, if that was encoded before
 * @throws StreamingError `INVALID_PAYLOAD` when the protocol has no such type, `UPDATE_NOT_SERIALIZABLE`
 * when data or metadata cannot be JSON
 */
export function draftUpdate(
  { type, data, nodeId, metadata, targets, dataJson: json }: UpdateInput,
  metadataJson = encodeMetadata(metadata),
): UpdateDraft {
  // It becomes a part of the JSON as it is, and it may come from outside.
  if (!isStreamEventName(type)) {
    throw new StreamingError(
      'INVALID_PAYLOAD',
      `${JSON.stringify(String(type))} is not an event type of the protocol; use one of StreamEventType, such as "events".`,
    );
  }
  try {
    const encoded = json ?? dataJson(data) ?? 'null';
    return { type, nodeId, dataJson: encoded, metadataJson, targets: targets && [...targets] };
  } catch (error) {
    throw notSerializable(`The data of a "${type}" update`, error);
  }
}

/** @throws StreamingError `RESERVED_EVENT_TYPE` for a type that announces the state of an execution */
export function requireEvent(type: StreamEventName): void {
  if (!isReservedEvent(type)) return;
  throw new StreamingError(
    'RESERVED_EVENT_TYPE',
    `Only the execution itself announces "${type}"; emit another type, such as "events".`,
  );
}

/**
 * Encodes the metadata of an update: as JSON object members with a leading comma, without those that
 * the library writes; an empty string when there are none.
 *
 * @throws StreamingError `UPDATE_NOT_SERIALIZABLE`
 */
export function encodeMetadata(metadata: UpdateInput['metadata']): string {
  if (!metadata) return '';
  let members = '';
  try {
    for (const [key, value] of Object.entries(metadata)) {
      if (RESERVED_METADATA.has(key)) continue;
      const json = JSON.stringify(value);
      if (json !== undefined) members += `,${JSON.stringify(key)}:${json}`;
    }
  } catch (error) {
    throw notSerializable('The metadata of an update', error);
  }
  return members;
}

function notSerializable(what: string, cause: unknown): StreamingError {
  return new StreamingError(
    'UPDATE_NOT_SERIALIZABLE',
    `${what} cannot be sent as JSON. Emit plain values (no cycles, no BigInt).`,
    { cause },
  );
}

/** Whether two lists of ids, such as the targets of two updates, are equal. */
export function sameIds(
  one: readonly string[] | undefined,
  other: readonly string[] | undefined,
): boolean {
  if (one === other) return true;
  if (!one || one.length !== other?.length) return false;
  return one.every((id, index) => id === other[index]);
}

/** What of an update can be replaced on its way to viewers. */
export interface UpdateContent {
  readonly data: unknown;
  readonly metadata?: StreamUpdateMetadata;
}

/**
 * An update in the log: its place, what delivery must know to choose its viewers, and its JSON,
 * which is what goes out on the wire. The decoded update is there on demand.
 *
 * The channel, the epoch and the sequence number identify an entry. A log may make the object anew
 * each time the entry is read.
 *
 * @publicApi
 */
export class LogEntry {
  #update: StreamUpdate | undefined;
  #bytes: number | undefined;

  constructor(
    readonly life: ChannelLife,
    /** The sequence number. */
    readonly sequence: number,
    readonly type: StreamEventName,
    readonly nodeId: string | undefined,
    /** Principals and connections that may have it; undefined for every subscriber. */
    readonly targets: readonly string[] | undefined,
    /** The whole {@link StreamUpdate} as JSON. */
    readonly json: string,
    /** The first sequence number it covers; differs from `sequence` when updates were joined. */
    readonly fromSequence: number = sequence,
  ) {}

  /** Gives a draft its place. */
  static create(
    draft: UpdateDraft,
    sequence: number,
    timestamp: number,
    life: ChannelLife,
  ): LogEntry {
    const { kind, id } = life.channel;
    const executionId = kind === 'execution' ? id : draft.executionId;
    let json = `{"type":"${draft.type}","data":${draft.dataJson},"metadata":{"timestamp":${timestamp},"sequenceNumber":${sequence}`;
    if (executionId !== undefined) json += `,"executionId":${JSON.stringify(executionId)}`;
    if (kind === 'thread') json += `,"threadId":${JSON.stringify(id)}`;
    if (kind === 'room') json += `,"roomId":${JSON.stringify(id)}`;
    if (draft.nodeId !== undefined) json += `,"nodeId":${JSON.stringify(draft.nodeId)}`;
    json += `${draft.metadataJson}}}`;
    return new LogEntry(life, sequence, draft.type, draft.nodeId, draft.targets, json);
  }

  /** The update, decoded. The same object each time: treat it as frozen. */
  get update(): StreamUpdate {
    return (this.#update ??= JSON.parse(this.json) as StreamUpdate);
  }

  /** The entry with other data and further metadata; its type and its place stay as they are. */
  withContent({ data, metadata }: UpdateContent): LogEntry {
    const { life, sequence, type, nodeId, targets, fromSequence } = this;
    const isOfThread = life.channel.kind === 'thread';
    const isReserved = ([key]: [string, unknown]): boolean =>
      RESERVED_METADATA.has(key) || (isOfThread && key === 'threadId');
    const own = Object.entries(this.update.metadata ?? {}).filter(isReserved);
    const further = Object.entries(metadata ?? {}).filter((one) => !isReserved(one));
    const update = { type, data, metadata: Object.fromEntries([...own, ...further]) };
    return new LogEntry(
      life,
      sequence,
      type,
      nodeId,
      targets,
      JSON.stringify(update),
      fromSequence,
    );
  }

  /** The size of the entry's JSON in UTF-8 bytes. */
  get bytes(): number {
    return (this.#bytes ??= Buffer.byteLength(this.json));
  }

  /** Whether it tells the state of the execution or thread, which every subscriber must learn. */
  get isControl(): boolean {
    return isReservedEvent(this.type);
  }
}
