import type { LogEntry } from '../log/log-entry.js';
import type { StreamUpdateMessage } from '../protocol/server-events.js';
import type { GatewayNamespace } from './gateway-types.js';

/** An update as it goes out. */
export interface EncodedUpdate {
  /** What the engine takes, by whichever transport. */
  readonly packets: readonly EncodedPacket[];
  /** The whole WebSocket frame; absent when the server has a parser of its own. */
  readonly frame: Buffer | undefined;
}

/** Text from the default parser; other parsers also make binary packets. */
type EncodedPacket = string | Buffer;

const ENGINE_MESSAGE = '4';
/** The type of an event packet in the protocol of Socket.IO. */
const EVENT_PACKET = 2;

/**
 * Encodes updates for the clients of a namespace. An entry of the log has its JSON already, so that a
 * packet is put together from text; a server with another parser than the default encodes it itself.
 */
export class UpdateEncoder {
  readonly #head: string;
  readonly #tail = '}}]';
  readonly #isDefaultParser: boolean;

  constructor(private readonly namespace: GatewayNamespace) {
    const prefix = namespace.name === '/' ? '' : `${namespace.name},`;
    this.#head = `${EVENT_PACKET}${prefix}["stream_update",{"type":"stream_update","data":{"update":`;
    const probe = { type: 'custom', data: 'é' } as const;
    const [packet, ...attachments] = this.#encodeByParser(probe);
    this.#isDefaultParser =
      packet === this.#textOf(JSON.stringify(probe)) && attachments.length === 0;
  }

  encode(entry: LogEntry): EncodedUpdate {
    if (!this.#isDefaultParser)
      return { packets: this.#encodeByParser(entry.update), frame: undefined };
    const text = this.#textOf(entry.json);
    return { packets: [text], frame: webSocketFrame(ENGINE_MESSAGE + text) };
  }

  #textOf(json: string): string {
    return this.#head + json + this.#tail;
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

const FINAL_TEXT_FRAME = 0x81;
const TWO_BYTE_LENGTH = 126;
const EIGHT_BYTE_LENGTH = 127;

/** A WebSocket frame with a whole text message from a server, which does not mask (RFC 6455, 5.2). */
export function webSocketFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const offset = length < TWO_BYTE_LENGTH ? 2 : length <= 0xffff ? 4 : 10;
  const frame = Buffer.allocUnsafe(offset + length);
  frame[0] = FINAL_TEXT_FRAME;
  if (offset === 2) frame[1] = length;
  else if (offset === 4) {
    frame[1] = TWO_BYTE_LENGTH;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = EIGHT_BYTE_LENGTH;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, offset);
  return frame;
}
