import type { LogEntry } from '../log/log-entry.js';
import type { StreamResetMessage } from '../protocol/server-events.js';

/**
 * How delivery reaches clients. An audience is a named set of connected clients that one broadcast
 * serves. Every method is synchronous and keeps the order of calls for each client.
 */
export interface DeliveryTransport {
  /** Sends an entry to every client of an audience, encoded once. */
  broadcast(audience: string, entry: LogEntry): void;
  /** Sends entries to one client. */
  send(clientId: string, entries: readonly LogEntry[]): void;
  /** Tells one client that its position was lost. */
  reset(clientId: string, message: StreamResetMessage): void;
  join(clientId: string, audience: string): void;
  leave(clientId: string, audience: string): void;
}
