import type {
  AuthenticationAnswer,
  RoomAnswer,
  StatusAnswer,
  SubscriptionAnswer,
  SubscriptionPosition,
} from './client-events.js';
import type { Cursor } from './cursor.js';
import type { ErrorBody } from './error-codes.js';
import type { StreamEventName } from './stream-event-type.js';
import type { StreamUpdate } from './stream-update.js';
import type {
  StartExecutionAnswer,
  ThreadAnswer,
  ThreadHistoryAnswer,
  ThreadListAnswer,
  ThreadSubscriptionAnswer,
  UpdateThreadAnswer,
} from './thread-messages.js';

/** Payload of `stream_update`. */
export interface StreamUpdateMessage {
  /** The name of the event again, for clients of 0.x. */
  readonly type: 'stream_update';
  /** The next update of a channel. */
  readonly data: { readonly update: StreamUpdate };
}

/**
 * Payload of `connection_status`. It has the id twice, because the two legacy generations of clients read it
 * in different places.
 */
export interface ConnectionStatusMessage {
  /**
   * `connected`: the server accepts requests. `degraded`: the server cannot reach its log now. No update is
   * lost, and `connected` follows when the log is back. `draining`: the server is stopping, the connection
   * closes, and the client reconnects.
   */
  readonly status: 'connected' | 'degraded' | 'draining';
  /** The id of the connection. */
  readonly connectionId: string;
  /** The clock of the server, in milliseconds since the Unix epoch. */
  readonly serverTime: number;
  /** The same facts again, for clients of 0.x. */
  readonly connection: { readonly id: string; readonly serverTime: number };
  /** The limits of this connection. The server sends them once, after connecting; servers of 1.0 do not. */
  readonly limits?: ConnectionLimits;
}

/** The limits that a server sets for a connection. */
export interface ConnectionLimits {
  /** The largest message that the client may send, in bytes. A larger message ends the connection. */
  readonly maxPayloadBytes: number;
  /** The longest wait for an execution that does not exist yet, in milliseconds. */
  readonly maxWaitForMs: number;
}

/** Payload of `error`. The code and the message are also under `data`, where clients of 0.x read them. */
export interface ErrorMessage extends ErrorBody {
  /** The name of the event again, for clients of 0.x. */
  readonly type: 'error';
  /** The client event that failed, if the error answers an event. */
  readonly event?: string;
  /** The id of the execution, if the error ends the subscription to an execution. */
  readonly executionId?: string;
  /** The id of the room, if the error ends the subscription to a room. */
  readonly roomId?: string;
  /** The id of the thread, if the error ends the subscription to a thread. */
  readonly threadId?: string;
  /** The same facts again, for clients of 0.x. */
  readonly data: { readonly code: string; readonly message: string };
}

/** Payload of `stream_reset`: the log no longer has the entries after the position of this subscription. */
export interface StreamResetMessage extends SubscriptionPosition {
  /** The id, if the channel is an execution. */
  readonly executionId?: string;
  /** The id, if the channel is a room. */
  readonly roomId?: string;
  /** The id, if the channel is a thread. */
  readonly threadId?: string;
}

/** Payload of `acknowledgment_request`: answer when you have handled all updates up to `cursor`. */
export interface AcknowledgmentRequestMessage {
  /** The id, if the channel is an execution. */
  readonly executionId?: string;
  /** The id, if the channel is a room. */
  readonly roomId?: string;
  /** The id, if the channel is a thread. */
  readonly threadId?: string;
  /** The position of the last update to acknowledge. */
  readonly cursor: Cursor;
}

/** Payload of `authentication_expiring`. */
export interface AuthenticationExpiringMessage {
  /** When the connection closes if the credential is not renewed, in milliseconds since the Unix epoch. */
  readonly expiresAt: number;
}

/**
 * The fields that a confirmation event has in addition to the answer. A client that sends an event without an
 * acknowledgement gets a confirmation event.
 */
export interface Confirmation {
  /** The name of the event again, for clients of 0.x. */
  readonly type?: string;
  /** When the server answered, in milliseconds since the Unix epoch. */
  readonly timestamp: number;
}

/**
 * The events that the server sends. `docs/protocol.md` describes them.
 *
 * @publicApi
 */
export interface ServerToClientEvents {
  /** The next update of a channel. */
  stream_update(message: StreamUpdateMessage): void;
  /** Updates of a subscription are missing. */
  stream_reset(message: StreamResetMessage): void;
  /** The client answers by calling `acknowledge`, without arguments. */
  acknowledgment_request(message: AcknowledgmentRequestMessage, acknowledge: () => void): void;
  /** The state of the connection, after connecting and after each change. */
  connection_status(message: ConnectionStatusMessage): void;
  /** An error, of a message without an acknowledgement or of a subscription that ends. */
  error(message: ErrorMessage): void;
  /** Confirms `subscribe_execution`. */
  subscription_confirmed(message: SubscriptionAnswer & Confirmation): void;
  /** Confirms `unsubscribe_execution`. */
  unsubscription_confirmed(message: { readonly executionId: string } & Confirmation): void;
  /** Confirms `subscribe_events`. */
  events_subscription_confirmed(
    message: { readonly eventTypes: readonly StreamEventName[] } & Confirmation,
  ): void;
  /** Confirms `join_room`. */
  room_joined(message: RoomAnswer & Confirmation): void;
  /** Confirms `leave_room`. */
  room_left(message: { readonly roomId: string } & Confirmation): void;
  /** Confirms `authentication`. */
  authentication_success(message: AuthenticationAnswer & Confirmation): void;
  /** The credential expires soon: renew it with `authentication`. */
  authentication_expiring(message: AuthenticationExpiringMessage): void;
  /** Confirms `ping`. */
  pong(message: Confirmation): void;
  /** Confirms `get_status`. */
  status_response(message: StatusAnswer & Confirmation): void;
  /** Confirms `cancel_execution`. */
  cancel_confirmed(message: { readonly executionId: string } & Confirmation): void;
  /** Confirms `respond_interrupt`. */
  interrupt_response_confirmed(message: { readonly executionId: string } & Confirmation): void;
  /** Confirms `start_execution`. */
  execution_started(message: StartExecutionAnswer & Confirmation): void;
  /** Confirms `subscribe_thread`. */
  thread_subscription_confirmed(message: ThreadSubscriptionAnswer & Confirmation): void;
  /** Confirms `unsubscribe_thread`. */
  thread_unsubscription_confirmed(message: { readonly threadId: string } & Confirmation): void;
  /** Confirms `get_thread`. */
  thread_response(message: ThreadAnswer & Confirmation): void;
  /** Confirms `get_thread_history`. */
  thread_history_response(message: ThreadHistoryAnswer & Confirmation): void;
  /** Confirms `list_threads`. */
  thread_list_response(message: ThreadListAnswer & Confirmation): void;
  /** Confirms `update_thread`. */
  thread_updated(message: UpdateThreadAnswer & Confirmation): void;
  /** Confirms `delete_thread`. */
  thread_deleted(message: { readonly threadId: string } & Confirmation): void;
}

/** The name of an event that the server sends. */
export type ServerEventName = keyof ServerToClientEvents;
