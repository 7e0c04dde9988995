import type { Principal } from '../access/principal.js';
import type { StreamUpdate } from '../protocol/stream-update.js';

/** How a client in this process is registered. */
export interface BridgeClientOptions {
  readonly executionId?: string;
  readonly rooms?: readonly string[];
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Who answers for it that a client may see what the server shows it. */
export interface BridgeAccessOptions {
  /**
   * Whether your code has decided that the client may, in the place of the access policy, which is not
   * asked then. @default false
   */
  readonly trusted?: boolean;
}

/** A client that is connected: in this process, or at a gateway. */
export interface BridgeClientInfo {
  /** As it was registered; at a gateway, the id of its connection. */
  readonly clientId: string;
  /** Whose connection it is. Absent for a client in this process. */
  readonly principal?: Principal;
  readonly executionIds: readonly string[];
  readonly rooms: readonly string[];
  /** As it was registered; empty at a gateway. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** In milliseconds since the Unix epoch. */
  readonly connectedAt: number;
}

/** A room and who is in it. */
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
