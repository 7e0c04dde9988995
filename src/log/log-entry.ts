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

/** The content of an update before it is encoded and appended. */
export interface UpdateInput {
  /** The type of the update. */
  readonly type: StreamEventName;
  /** The data of the update. */
  readonly data: unknown;
  /** The data as JSON, if it is already encoded. */
  readonly dataJson?: string | undefined;
  /** The node that produced the update. */
  readonly nodeId?: string | undefined;
  /** Further metadata. Keys that the library writes are ignored. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  /** Deliver only to these principals and connections. Without it, every subscriber gets the update. */
  readonly targets?: readonly string[] | undefined;
}

/**
 * An encoded update that has no sequence number yet. It is encoded immediately: if the source changes its data
 * later, the update does not change.
 */
export interface UpdateDraft {
  /** The type of the update. */
  readonly type: StreamEventName;
  /** The node that produced the update. */
  readonly nodeId: string | undefined;
  /** `data` as JSON. */
  readonly dataJson: string;
  /** Further metadata as JSON object members with a leading comma, or an empty string. */
  readonly metadataJson: string;
  /** The principals and connections that may get the update; undefined for every subscriber. */
  readonly targets: readonly string[] | undefined;
  /** The execution that produced the update, if the update goes to a room. */
  readonly executionId?: string | undefined;
}

/**
 * Encodes an update.
 *
 * @param metadataJson - the metadata, if it is already encoded
 * @throws StreamingError `INVALID_PAYLOAD` if the protocol has no such type, `UPDATE_NOT_SERIALIZABLE` if data
 * or metadata cannot be JSON
 */
export function draftUpdate(
  { type, data, nodeId, metadata, targets, dataJson: json }: UpdateInput,
  metadataJson = encodeMetadata(metadata),
): UpdateDraft {
  // The type becomes a part of the JSON without escaping, and it may come from outside.
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
 * Encodes the metadata of an update as JSON object members with a leading comma. Keys that the library writes
 * are left out. If nothing is left, returns an empty string.
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

/** The parts of an update that `beforeDeliver` can replace. */
export interface UpdateContent {
  /** The data that viewers get. */
  readonly data: unknown;
  /** The metadata that viewers get. The fields that the library writes do not change. */
  readonly metadata?: StreamUpdateMetadata;
}

/**
 * An update in the log. It has its place, the facts by which delivery chooses viewers, and the JSON that goes
 * out on the wire. The JSON is decoded only if you read `update`.
 *
 * The channel, the epoch and the sequence number identify an entry. A log may make a new object each time the
 * entry is read.
 *
 * @publicApi
 */
export class LogEntry {
  #update: StreamUpdate | undefined;
  #bytes: number | undefined;

  constructor(
    /** The channel and its epoch. */
    readonly life: ChannelLife,
    /** The sequence number. */
    readonly sequence: number,
    /** The type of the update. */
    readonly type: StreamEventName,
    /** The node that produced the update. */
    readonly nodeId: string | undefined,
    /** The principals and connections that may get the update; undefined for every subscriber. */
    readonly targets: readonly string[] | undefined,
    /** The whole {@link StreamUpdate} as JSON. */
    readonly json: string,
    /** The first sequence number that the entry covers. It differs from `sequence` if updates were joined. */
    readonly fromSequence: number = sequence,
  ) {}

  /** Makes the entry of a draft and its place. */
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

  /** The decoded update. It is the same object each time, so do not change it. */
  get update(): StreamUpdate {
    return (this.#update ??= JSON.parse(this.json) as StreamUpdate);
  }

  /** Returns a copy of the entry with other data and metadata. The type and the place stay the same. */
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

  /** Whether the update tells the state of the execution or thread. Filters do not apply to such updates. */
  get isControl(): boolean {
    return isReservedEvent(this.type);
  }
}
