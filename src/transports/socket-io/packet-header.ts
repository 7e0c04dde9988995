/** The packet types of Socket.IO that matter here. */
export const PACKET = { connect: 0, event: 2, binaryEvent: 5, binaryAck: 6 } as const;

/** The content of the first characters of a packet. */
export interface PacketHeader {
  /** NaN if it is not a packet of the default parser. */
  readonly type: number;
  readonly namespace: string;
}

const ZERO = 48;
const SLASH = 47;

/** Reads type and namespace of a packet, such as `2/streaming,7["ping"]` or `51-/streaming,["x"]`. */
export function readHeader(packet: string): PacketHeader {
  const code = packet.charCodeAt(0) - ZERO;
  const type = code >= 0 && code <= 6 ? code : Number.NaN;
  const hasAttachments = type === PACKET.binaryEvent || type === PACKET.binaryAck;
  const start = hasAttachments ? packet.indexOf('-') + 1 : 1;
  if (packet.charCodeAt(start) !== SLASH) return { type, namespace: '/' };
  const end = packet.indexOf(',', start);
  return { type, namespace: end === -1 ? packet.slice(start) : packet.slice(start, end) };
}
