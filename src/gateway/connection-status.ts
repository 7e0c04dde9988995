import type { ConnectionStatusMessage } from '../protocol/server-events.js';

/** Makes the `connection_status` message. */
export function connectionStatus(
  { id }: { readonly id: string },
  status: ConnectionStatusMessage['status'],
): ConnectionStatusMessage {
  const serverTime = Date.now();
  return { status, connectionId: id, serverTime, connection: { id, serverTime } };
}
