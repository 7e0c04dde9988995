import { StreamingClientError } from './streaming-client.error.js';

/**
 * The size of a packet besides its event and payload: its type, the number of its acknowledgement, and
 * separators.
 */
const PACKET_OVERHEAD = 16;

/**
 * Refuses a message that is too large. The server would end the connection because of it.
 *
 * @param maxBytes - the largest message that the server accepts, if the server has told it
 * @throws StreamingClientError `PAYLOAD_TOO_LARGE`
 */
export function requireFitting(
  event: string,
  payload: unknown,
  namespace: string,
  maxBytes = Infinity,
): void {
  const bytes = largestOf([event, payload]) + namespace.length + PACKET_OVERHEAD;
  if (bytes <= maxBytes) return;
  throw new StreamingClientError(
    'PAYLOAD_TOO_LARGE',
    `"${event}" has ${bytes} bytes; the server accepts ${maxBytes}.`,
  );
}

/** The size of a packet, and the sizes of its binary values, each of which is sent separately. */
function largestOf(packet: unknown): number {
  let largest = 0;
  const json = JSON.stringify(packet, function (this: Record<string, unknown>, key, value) {
    // The value before its `toJSON`.
    const raw = this[key] as ArrayBuffer;
    if (!ArrayBuffer.isView(raw) && !(raw instanceof ArrayBuffer)) return value as unknown;
    largest = Math.max(largest, raw.byteLength);
    return 0;
  });
  return Math.max(largest, new TextEncoder().encode(json).length);
}
