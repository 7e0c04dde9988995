import type { DeliveryTransport } from '../delivery/delivery-transport.js';
import type { LogEntry } from '../log/log-entry.js';
import type { StreamResetMessage, StreamUpdateMessage } from '../protocol/server-events.js';
import type { GatewayNamespace } from './gateway-types.js';

/** Delivers over one Socket.IO namespace: an audience is a room of it, encoded once per broadcast. */
export class SocketTransport implements DeliveryTransport {
  constructor(private readonly namespace: GatewayNamespace) {}

  broadcast(audience: string, entry: LogEntry): void {
    // Local: every instance follows the log itself, so no packet has to cross between instances.
    this.namespace.local.to(audience).emit('stream_update', messageOf(entry));
  }

  send(clientId: string, entries: readonly LogEntry[]): void {
    const socket = this.namespace.sockets.get(clientId);
    for (const entry of entries) socket?.emit('stream_update', messageOf(entry));
  }

  reset(clientId: string, message: StreamResetMessage): void {
    this.namespace.sockets.get(clientId)?.emit('stream_reset', message);
  }

  join(clientId: string, audience: string): void {
    void this.namespace.sockets.get(clientId)?.join(audience);
  }

  leave(clientId: string, audience: string): void {
    void this.namespace.sockets.get(clientId)?.leave(audience);
  }
}

function messageOf(entry: LogEntry): StreamUpdateMessage {
  return { type: 'stream_update', data: { update: entry.update } };
}
