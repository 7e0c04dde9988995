import type { LogEntry } from '../log/log-entry.js';
import type { Channel } from '../protocol/channel.js';
import type {
  AcknowledgmentRequestMessage,
  StreamResetMessage,
} from '../protocol/server-events.js';
import type { StreamUpdate } from '../protocol/stream-update.js';

/**
 * Sends updates to clients, in order. If the network of a client is too slow, the client refuses more
 * updates. It gets them from the log when its connection has drained.
 */
export interface DeliveryTransport {
  /**
   * Sends entries to clients, each entry encoded once. A client gets all of them or none.
   *
   * @returns the clients that refused
   */
  broadcast(clientIds: Iterable<string>, entries: readonly LogEntry[]): readonly string[];
  /** Sends entries to one client until it refuses. @returns the number of accepted entries */
  send(clientId: string, entries: readonly LogEntry[]): number;
  /**
   * Sends one client an update that is not in a log.
   *
   * @returns false if the client is not in this instance, or if too much data waits for it
   */
  push(clientId: string, update: StreamUpdate): boolean;
  /** Tells one client that updates after its position are missing. */
  reset(clientId: string, message: StreamResetMessage): void;
  /**
   * Asks one client to acknowledge everything that was sent to it. A transport without this method delivers
   * synchronously, so its clients need not be asked.
   *
   * @returns whether the client answered in time
   */
  ask?(
    clientId: string,
    message: AcknowledgmentRequestMessage,
    timeoutMs: number,
  ): Promise<boolean>;
  /** A client's subscription to a channel has ended. No more of its updates follow. */
  left?(clientId: string, channel: Channel): void;
  /**
   * Resolves when a client that refused accepts entries again, or is gone.
   *
   * @returns undefined if the client has not refused
   */
  drained(clientId: string): Promise<void> | undefined;
  /** Tells one client that it cannot get updates any more, and closes its connection. */
  fail(clientId: string, error: unknown): void;
}
