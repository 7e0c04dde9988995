import type { Cursor } from './cursor.js';
import type { ErrorBody } from './error-codes.js';
import type { ExecutionState } from './execution-state.js';
import type { StreamEventName } from './stream-event-type.js';
import type { InterruptRequest } from './stream-update.js';
import type { SubscriptionAnswer, SubscriptionPosition } from './subscription-answer.js';
import type {
  GetThreadHistoryPayload,
  ListThreadsPayload,
  StartExecutionAnswer,
  StartExecutionPayload,
  SubscribeThreadPayload,
  ThreadAnswer,
  ThreadHistoryAnswer,
  ThreadListAnswer,
  ThreadPayload,
  ThreadSubscriptionAnswer,
  UpdateThreadAnswer,
  UpdateThreadPayload,
} from './thread-messages.js';

export type { SubscriptionAnswer, SubscriptionPosition } from './subscription-answer.js';

/** The answer to a client event: the result, or a coded error. */
export type Ack<T extends object = object> =
  ({ readonly ok: true } & T) | { readonly ok: false; readonly error: ErrorBody };

/** The acknowledgement function of a client event. The server calls it with the answer. */
export type AckCallback<T extends object = object> = (answer: Ack<T>) => void;

/**
 * The updates of a channel that a client wants, and the position where they begin.
 *
 * @publicApi
 */
export interface ClientSubscriptionConfig {
  /** Only updates of these types, and control updates. Without it, all types. */
  readonly eventTypes?: readonly (StreamEventName | (string & {}))[];
  /** Only updates of these nodes, and control updates. Without it, all nodes. */
  readonly nodeIds?: readonly string[];
  /** Only updates of these agents (`metadata.agent`), and control updates. Without it, all agents. */
  readonly agents?: readonly string[];
  /** Whether to include updates of subgraphs, such as sub-agents (`metadata.namespace`). @default true */
  readonly subgraphs?: boolean;
  /** Continue after this position. */
  readonly cursor?: Cursor;
  /**
   * Where to begin without a cursor: at the first update in the log (`start`), or with the next new update
   * (`live`).
   *
   * @default 'start' for an execution, 'live' for a room
   */
  readonly from?: 'start' | 'live';
}

/** Payload of `subscribe_execution`. */
export interface SubscribeExecutionPayload {
  /** The execution to follow. */
  readonly executionId: string;
  /** The place of `options.eventTypes` in 0.x. */
  readonly eventTypes?: ClientSubscriptionConfig['eventTypes'];
  /** The wanted updates, and the position where they begin. */
  readonly options?: ClientSubscriptionConfig;
  /** How long to wait for the execution if the client cannot see it yet, in milliseconds. @default 0 */
  readonly waitForMs?: number;
}

/** Payload of `unsubscribe_execution`. */
export interface UnsubscribeExecutionPayload {
  /** The execution to stop following. */
  readonly executionId: string;
}

/** Payload of `subscribe_events`: changes the event types of this client's subscriptions. */
export interface SubscribeEventsPayload {
  /** The types to deliver from now on. An empty list means all types. */
  readonly eventTypes: readonly (StreamEventName | (string & {}))[];
  /**
   * The subscription to change. Without it, all present subscriptions change, and the types become the default
   * for later subscriptions.
   */
  readonly scope?: { readonly executionId?: string; readonly roomId?: string };
}

/** Payload of `join_room`. */
export interface JoinRoomPayload {
  /** The room to join. */
  readonly roomId: string;
  /** The wanted updates, and the position where they begin. */
  readonly options?: ClientSubscriptionConfig;
}

/** Payload of `leave_room`. */
export interface LeaveRoomPayload {
  /** The room to leave. */
  readonly roomId: string;
}

/** Payload of `authentication`: renews the credential of this connection. */
export interface AuthenticationPayload {
  /** A bearer token. */
  readonly token?: string;
  /** An API key. */
  readonly apiKey?: string;
  /** A ticket that the server issued for one connection. */
  readonly ticket?: string;
  /** A credential of another kind, for a strategy of your own. */
  readonly credentials?: Readonly<Record<string, unknown>>;
  /** Clients of 0.x send it. The server does not read it. */
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Payload of `cancel_execution`. */
export interface CancelExecutionPayload {
  /** The execution to cancel. */
  readonly executionId: string;
  /** Why it is cancelled. Viewers get the reason. */
  readonly reason?: string | undefined;
  /** The thread of the run. Required to cancel a run that waits in the queue of its thread. */
  readonly threadId?: string;
}

/** Payload of `respond_interrupt`. */
export interface RespondInterruptPayload {
  /** The execution that asked. */
  readonly executionId: string;
  /** The id of the question. Required if several questions are open. */
  readonly interruptId?: string | undefined;
  /** The answer to one question. For several questions, send `answers` instead. */
  readonly value?: unknown;
  /** The answers to several questions at once. */
  readonly answers?: readonly { readonly interruptId: string; readonly value: unknown }[];
  /** The thread of the run. Required if the run has ended with the question. */
  readonly threadId?: string;
  /** Values to write into the state of the graph with the answer. The policy must allow `command`. */
  readonly update?: Readonly<Record<string, unknown>>;
  /** The nodes where the graph continues. The policy must allow `command`. */
  readonly goto?: string | readonly string[];
}

/** Payload of `get_status`. */
export interface GetStatusPayload {
  /** The answer also has the state of this execution. */
  readonly executionId?: string | undefined;
}

/** Answer to `join_room`. */
export interface RoomAnswer extends SubscriptionPosition {
  /** The room that the client has joined. */
  readonly roomId: string;
}

/** The state of an execution, as viewers may see it. */
export interface ExecutionStatus {
  /** The id of the execution. */
  readonly executionId: string;
  /** Whether the execution is queued, runs, waits for an answer or has ended. */
  readonly state: ExecutionState;
  /** When the execution started, in milliseconds since the Unix epoch. */
  readonly startedAt: number;
  /** When the execution ended, in milliseconds since the Unix epoch. Absent until then. */
  readonly endedAt?: number;
  /** The questions that the execution waits for. */
  readonly interrupts?: readonly InterruptRequest[];
}

/** Answer to `get_status`. */
export interface StatusAnswer {
  /** The id of the connection. */
  readonly connectionId: string;
  /** Always `connected`. */
  readonly status: 'connected';
  /** The clock of the server, in milliseconds since the Unix epoch. */
  readonly serverTime: number;
  /** How long this connection has existed, in milliseconds. */
  readonly uptime: number;
  /** The ids of the executions that the client is subscribed to. */
  readonly subscriptions: readonly string[];
  /** The ids of the rooms that the client is in. */
  readonly rooms: readonly string[];
  /** The state of the execution that the client asked about. */
  readonly execution?: ExecutionStatus;
}

/** Answer to `authentication`. */
export interface AuthenticationAnswer {
  /** The id of the connection. */
  readonly connectionId: string;
  /** When the credential expires, in milliseconds since the Unix epoch. */
  readonly expiresAt?: number;
}

/**
 * The events that a client sends, each with its payload and its answer. The server answers every event through
 * its acknowledgement. `docs/protocol.md` describes the events.
 *
 * @publicApi
 */
export interface ClientToServerEvents {
  /** Follows an execution. */
  subscribe_execution(
    payload: SubscribeExecutionPayload,
    ack?: AckCallback<SubscriptionAnswer>,
  ): void;
  /** Stops following an execution. */
  unsubscribe_execution(
    payload: UnsubscribeExecutionPayload,
    ack?: AckCallback<{ readonly executionId: string }>,
  ): void;
  /** Changes the event types of subscriptions. */
  subscribe_events(
    payload: SubscribeEventsPayload,
    ack?: AckCallback<{ readonly eventTypes: readonly StreamEventName[] }>,
  ): void;
  /** Joins a room and follows it. */
  join_room(payload: JoinRoomPayload, ack?: AckCallback<RoomAnswer>): void;
  /** Leaves a room. */
  leave_room(payload: LeaveRoomPayload, ack?: AckCallback<{ readonly roomId: string }>): void;
  /** Renews the credential of the connection. */
  authentication(payload: AuthenticationPayload, ack?: AckCallback<AuthenticationAnswer>): void;
  /** Asks the server to answer, with its time. */
  ping(payload?: object, ack?: AckCallback<{ readonly timestamp: number }>): void;
  /** Asks for the state of the connection and of an execution. */
  get_status(payload?: GetStatusPayload, ack?: AckCallback<StatusAnswer>): void;
  /** Cancels an execution for everybody. */
  cancel_execution(
    payload: CancelExecutionPayload,
    ack?: AckCallback<{ readonly executionId: string }>,
  ): void;
  /** Answers questions of an execution. */
  respond_interrupt(
    payload: RespondInterruptPayload,
    ack?: AckCallback<{ readonly executionId: string }>,
  ): void;
  /** Starts an agent, in a new thread or in an existing one. */
  start_execution(payload: StartExecutionPayload, ack?: AckCallback<StartExecutionAnswer>): void;
  /** Follows a thread. */
  subscribe_thread(
    payload: SubscribeThreadPayload,
    ack?: AckCallback<ThreadSubscriptionAnswer>,
  ): void;
  /** Stops following a thread. */
  unsubscribe_thread(
    payload: ThreadPayload,
    ack?: AckCallback<{ readonly threadId: string }>,
  ): void;
  /** Reads the state of a thread. */
  get_thread(payload: ThreadPayload, ack?: AckCallback<ThreadAnswer>): void;
  /** Reads the checkpoints of a thread. */
  get_thread_history(
    payload: GetThreadHistoryPayload,
    ack?: AckCallback<ThreadHistoryAnswer>,
  ): void;
  /** Lists the threads of the client's principal. */
  list_threads(payload?: ListThreadsPayload, ack?: AckCallback<ThreadListAnswer>): void;
  /** Changes the title, the metadata or the state of a thread. */
  update_thread(payload: UpdateThreadPayload, ack?: AckCallback<UpdateThreadAnswer>): void;
  /** Deletes a thread, and cancels its runs. */
  delete_thread(payload: ThreadPayload, ack?: AckCallback<{ readonly threadId: string }>): void;
}

/** The name of an event that a client sends. */
export type ClientEventName = keyof ClientToServerEvents;
