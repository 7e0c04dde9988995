import type { LogEntry } from '../../log/log-entry.js';
import type { StreamUpdateMessage } from '../../protocol/server-events.js';
import type { GatewayNamespace } from '../../gateway/socket-types.js';

/** Text from the default parser; other parsers also make binary packets. */
type EncodedPacket = string | Buffer;

/** An encoded update. */
export interface EncodedUpdate {
  /** The packet for the engine, for any transport. */
  readonly packets: readonly EncodedPacket[];
  /** The whole WebSocket frame. Absent if the server has a custom parser. */
  readonly frame: Buffer | undefined;
}

/** The type of a message in the protocol of Engine.IO. */
const ENGINE_MESSAGE = '4';
/** The type of an event packet in the protocol of Socket.IO. */
const EVENT_PACKET = 2;

const TAIL = '}}]';

/**
 * Encodes updates for the clients of a namespace. The JSON of a log entry goes into the frame unchanged. If
 * the server has a custom parser, the parser encodes the update.
 */
export class UpdateEncoder {
  /** The part of a packet before the JSON of the update. */
  readonly #head: string;
  readonly #frameHead: Buffer;
  readonly #isDefaultParser: boolean;

  constructor(private readonly namespace: GatewayNamespace) {
    const prefix = namespace.name === '/' ? '' : `${namespace.name},`;
    this.#head = `${EVENT_PACKET}${prefix}["stream_update",{"type":"stream_update","data":{"update":`;
    this.#frameHead = Buffer.from(ENGINE_MESSAGE + this.#head);
    const probe = { type: 'custom', data: 'é' } as const;
    const [packet, ...attachments] = this.#encodeByParser(probe);
    this.#isDefaultParser =
      packet === this.#head + JSON.stringify(probe) + TAIL && attachments.length === 0;
  }

  encode(entry: LogEntry): EncodedUpdate {
    return this.#isDefaultParser
      ? new JsonUpdate(this.#head, webSocketFrame(this.#frameHead, entry), entry)
      : { packets: this.#encodeByParser(entry.update), frame: undefined };
  }

  #encodeByParser(update: StreamUpdateMessage['data']['update']): EncodedPacket[] {
    const message: StreamUpdateMessage = { type: 'stream_update', data: { update } };
    return this.namespace.server.encoder.encode({
      type: EVENT_PACKET,
      nsp: this.namespace.name,
      data: ['stream_update', message],
    }) as EncodedPacket[];
  }
}

/** Most updates are sent as frames, so the packet is made only when it is first needed. */
class JsonUpdate implements EncodedUpdate {
  #packets: readonly EncodedPacket[] | undefined;

  constructor(
    private readonly head: string,
    readonly frame: Buffer,
    private readonly entry: LogEntry,
  ) {}

  get packets(): readonly EncodedPacket[] {
    return (this.#packets ??= [this.head + this.entry.json + TAIL]);
  }
}

const FINAL_TEXT_FRAME = 0x81;
const TWO_BYTE_LENGTH = 126;
const EIGHT_BYTE_LENGTH = 127;

/** The WebSocket frame of an entry. A server does not mask frames (RFC 6455, 5.2). */
function webSocketFrame(head: Buffer, { json, bytes }: LogEntry): Buffer {
  const length = head.length + bytes + TAIL.length;
  const start = length < TWO_BYTE_LENGTH ? 2 : length <= 0xffff ? 4 : 10;
  const frame = Buffer.allocUnsafe(start + length);
  frame[0] = FINAL_TEXT_FRAME;
  if (start === 2) frame[1] = length;
  else if (start === 4) {
    frame[1] = TWO_BYTE_LENGTH;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = EIGHT_BYTE_LENGTH;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  head.copy(frame, start);
  // ASCII text is copied byte by byte, which is faster than encoding it.
  frame.write(json, start + head.length, bytes === json.length ? 'latin1' : 'utf8');
  frame.write(TAIL, start + head.length + bytes, 'latin1');
  return frame;
}
