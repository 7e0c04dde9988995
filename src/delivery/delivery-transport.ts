import type { LogEntry } from '../log/log-entry.js';
import type { Channel } from '../protocol/channel.js';
import type {
  AcknowledgmentRequestMessage,
  StreamResetMessage,
} from '../protocol/server-events.js';
import type { StreamUpdate } from '../protocol/stream-update.js';

/**
 * How delivery reaches clients. What is sent to a client keeps its order. A client whose network does
 * not take what it was sent refuses more, and gets it from the log once it has drained.
 */
export interface DeliveryTransport {
  /**
   * Sends entries to clients, each entry encoded once. A client gets all of them or none.
   *
   * @returns the clients that refused
   */
  broadcast(clientIds: Iterable<string>, entries: readonly LogEntry[]): readonly string[];
  /** Sends entries to one client until it refuses. @returns how many it took */
  send(clientId: string, entries: readonly LogEntry[]): number;
  /**
   * Sends one client an update that is in no log.
   *
   * @returns false when the client is not here, or so much waits for it that it gets nothing now
   */
  push(clientId: string, update: StreamUpdate): boolean;
  /** Tells one client that its position was lost. */
  reset(clientId: string, message: StreamResetMessage): void;
  /**
   * Asks one client to acknowledge what it was sent until now. A transport without this hands
   * everything over at once, so that nobody need be asked.
   *
   * @returns whether it answered in time
   */
  ask?(
    clientId: string,
    message: AcknowledgmentRequestMessage,
    timeoutMs: number,
  ): Promise<boolean>;
  /** A client's subscription to a channel is over: nothing of it follows, whoever ended it. */
  left?(clientId: string, channel: Channel): void;
  /** Resolves when a client that refused takes entries again, or is gone. */
  drained(clientId: string): Promise<void>;
  /** Tells one client that it cannot be served any more, and lets it go. */
  fail(clientId: string, error: unknown): void;
}
