import { StreamingClientError } from './streaming-client.error.js';

/**
 * The size of a packet besides its event and payload: its type, the number of its acknowledgement, and
 * separators.
 */
const PACKET_OVERHEAD = 17;

/**
 * Refuses a message that JSON cannot express, or that is too large. The server would end the connection because of a
 * message that is too large.
 *
 * @param maxBytes - the largest message that the server accepts, if the server has told it
 * @throws StreamingClientError `INVALID_PAYLOAD`, `PAYLOAD_TOO_LARGE`
 */
export function requireFitting(
  event: string,
  payload: unknown,
  namespace = 'streaming',
  maxBytes = Infinity,
): void {
  // Each binary value of a packet is sent separately.
  let largest = 0;
  const zeroForBinary = function (this: Record<string, unknown>, key: string, value: unknown) {
    // The value before its `toJSON`.
    const raw = this[key] as ArrayBuffer;
    if (!ArrayBuffer.isView(raw) && !(raw instanceof ArrayBuffer)) return value;
    largest = Math.max(largest, raw.byteLength);
    return 0;
  };
  let json;
  try {
    json = JSON.stringify([event, payload], zeroForBinary);
  } catch (error) {
    // Socket.IO might keep the packet, and fail with each new connection.
    throw new StreamingClientError('INVALID_PAYLOAD', String(error));
  }
  const bytes = Math.max(largest, new TextEncoder().encode(json).length);
  if (bytes + namespace.length + PACKET_OVERHEAD <= maxBytes) return;
  throw new StreamingClientError(
    'PAYLOAD_TOO_LARGE',
    `"${event}" is larger than ${maxBytes} bytes.`,
  );
}
