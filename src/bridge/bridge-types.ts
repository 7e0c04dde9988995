import type { Principal } from '../access/principal.js';
import type { StreamUpdate } from '../protocol/stream-update.js';

/** Options of a client inside the process. */
export interface BridgeClientOptions {
  /** The execution to subscribe to, from its start. */
  readonly executionId?: string;
  /** The rooms to join. */
  readonly rooms?: readonly string[];
  /** Your own facts about the client. `getClientInfo` returns them. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Whether your code or the access policy decides what a client may see. */
export interface BridgeAccessOptions {
  /** With `true`, your code has already decided that the client may see it: the policy is not asked. @default false */
  readonly trusted?: boolean;
}

/** A client of this instance: connected to a gateway, or registered inside the process. */
export interface BridgeClientInfo {
  /** The id of the gateway's connection, or the id that the client was registered with. */
  readonly clientId: string;
  /** The principal of the connection. A client inside the process has none. */
  readonly principal?: Principal;
  /** The executions that the client is subscribed to. */
  readonly executionIds: readonly string[];
  /** The rooms that the client is in. */
  readonly rooms: readonly string[];
  /** The metadata that the client was registered with. For a client of a gateway it is empty. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** When the client connected or was registered, in milliseconds since the Unix epoch. */
  readonly connectedAt: number;
}

/** A room and its clients in this instance. */
export interface BridgeRoomInfo {
  /** The id of the room. */
  readonly roomId: string;
  /** How many clients of this instance are in the room. */
  readonly clientCount: number;
  /** The ids of these clients. */
  readonly clients: readonly string[];
}

/** The executions of this process. */
export interface BridgedExecutions {
  /**
   * Emits an update into an execution.
   *
   * @returns resolves when the update is in the log; undefined if no such execution runs in this instance
   */
  emit(executionId: string, update: StreamUpdate): Promise<void> | undefined;
}
