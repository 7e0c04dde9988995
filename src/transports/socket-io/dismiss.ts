import { within } from '../../common/within.js';
import { connectionStatus } from '../../gateway/connection-status.js';
import { netSocketOf, waitingPackets, type Engine } from './engine-internals.js';
import type { GatewaySocket } from '../../gateway/socket-types.js';

/** How long a stopping gateway waits for its clients' transports, in milliseconds. */
const DRAIN_TIMEOUT_MS = 1_000;

/** Tells a client to reconnect, and closes its transport, even if the client does not cooperate. */
export async function dismiss(socket: GatewaySocket): Promise<void> {
  const { conn } = socket;
  // If the client polled first, the network socket of its first request is another socket.
  const network = netSocketOf(conn.transport) ?? socket.request.socket;
  const polling = conn.transport.name === 'polling';
  const gone = new Promise<void>((resolve) => {
    if (polling) conn.once('close', () => resolve());
    else network.once('close', () => resolve());
  });
  // The message is sent with one of the next polls. A normal close would wait for one more poll.
  if (polling) closeWhenDrained(conn);
  socket.emit('connection_status', connectionStatus(socket, 'draining'));
  if (!polling) conn.close();
  await within(gone, DRAIN_TIMEOUT_MS);
  // If the client does not answer the closing handshake, the server would wait for half a minute.
  if (!polling) network.destroy();
}

function closeWhenDrained(conn: Engine): void {
  conn.once('drain', () => {
    if (waitingPackets(conn)?.length) closeWhenDrained(conn);
    else conn.close(true);
  });
}
