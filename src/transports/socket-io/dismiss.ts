import { within } from '../../common/within.js';
import { connectionStatus } from '../../gateway/connection-status.js';
import { netSocketOf, waitingPackets, type Engine } from './engine-internals.js';
import type { GatewaySocket } from '../../gateway/socket-types.js';

/** How long a stopping gateway waits for its clients' transports, in milliseconds. */
const DRAIN_TIMEOUT_MS = 1_000;

/** Tells a client to reconnect, and closes its transport, also when the client does not take part. */
export async function dismiss(socket: GatewaySocket): Promise<void> {
  const { conn } = socket;
  // That of the request is another one when the client polled first.
  const network = netSocketOf(conn.transport) ?? socket.request.socket;
  const polling = conn.transport.name === 'polling';
  const gone = new Promise<void>((resolve) => {
    if (polling) conn.once('close', () => resolve());
    else network.once('close', () => resolve());
  });
  // The message leaves with one of the next polls; an orderly close would wait for yet another one.
  if (polling) closeWhenDrained(conn);
  socket.emit('connection_status', connectionStatus(socket, 'draining'));
  if (!polling) conn.close();
  await within(gone, DRAIN_TIMEOUT_MS);
  // Without its part of the closing handshake the server would wait for half a minute.
  if (!polling) network.destroy();
}

function closeWhenDrained(conn: Engine): void {
  conn.once('drain', () => {
    if (waitingPackets(conn)?.length) closeWhenDrained(conn);
    else conn.close(true);
  });
}
