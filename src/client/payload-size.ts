import { StreamingClientError } from './streaming-client.error.js';

/** What a packet has besides its event and payload: its type, its acknowledgement's number and marks. */
const PACKET_OVERHEAD = 17;

/**
 * Makes sure that the server takes a message; it would end the connection over a larger one.
 *
 * @param maxBytes - the largest message that the server takes, if it told
 * @throws StreamingClientError `PAYLOAD_TOO_LARGE`
 */
export function requireFitting(
  event: string,
  payload: unknown,
  namespace = 'streaming',
  maxBytes = Infinity,
): void {
  // Each binary value in a packet travels on its own.
  let largest = 0;
  const json = JSON.stringify(
    [event, payload],
    function (this: Record<string, unknown>, key, value) {
      // As it was before its `toJSON`.
      const raw = this[key] as ArrayBuffer;
      if (!ArrayBuffer.isView(raw) && !(raw instanceof ArrayBuffer)) return value as unknown;
      largest = Math.max(largest, raw.byteLength);
      return 0;
    },
  );
  const bytes = Math.max(largest, new TextEncoder().encode(json).length);
  if (bytes + namespace.length + PACKET_OVERHEAD <= maxBytes) return;
  throw new StreamingClientError(
    'PAYLOAD_TOO_LARGE',
    `"${event}" is too large: the server takes ${maxBytes} bytes.`,
  );
}
