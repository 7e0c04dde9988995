import type { Channel } from '../protocol/channel.js';
import type { StreamUpdate } from '../protocol/stream-update.js';
import type {
  AcknowledgmentAnswers,
  AcknowledgmentRequest,
} from '../delivery/acknowledgment-request.js';

/** How a client of the bridge is registered. */
export interface BridgeClientOptions {
  readonly executionId?: string;
  readonly rooms?: readonly string[];
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** A client of the bridge. */
export interface BridgeClientInfo {
  readonly clientId: string;
  readonly executionIds: readonly string[];
  readonly rooms: readonly string[];
  readonly metadata: Readonly<Record<string, unknown>>;
  /** In milliseconds since the Unix epoch. */
  readonly connectedAt: number;
}

/** A room and who of the bridge's clients is in it. */
export interface BridgeRoomInfo {
  readonly roomId: string;
  readonly clientCount: number;
  readonly clients: readonly string[];
}

/** The executions of this process. */
export interface BridgedExecutions {
  /**
   * Streams an update as a part of an execution.
   *
   * @returns resolves when it is in the log; undefined when no such execution runs here
   */
  emit(executionId: string, update: StreamUpdate): Promise<void> | undefined;
}

/** A gateway whose clients the bridge can reach too. */
export interface BridgedGateway {
  /**
   * Sends one client an update that is in no log.
   *
   * @returns false when it is not connected there, or so much waits for it that it gets nothing now
   */
  sendToClient(clientId: string, update: StreamUpdate): boolean;
  /** Asks its clients that watch a channel whether they have all of it. */
  requestAcknowledgments?(
    channel: Channel,
    request: AcknowledgmentRequest,
  ): Promise<AcknowledgmentAnswers>;
}
