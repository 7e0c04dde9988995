import type { ConnectionStatusMessage } from '../protocol/server-events.js';

/** What a client is told of its connection. */
export function connectionStatus(
  { id }: { readonly id: string },
  status: ConnectionStatusMessage['status'],
): ConnectionStatusMessage {
  const serverTime = Date.now();
  return { status, connectionId: id, serverTime, connection: { id, serverTime } };
}
