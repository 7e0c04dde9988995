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

/** How a client calls back for the answer of an event. */
export type AckCallback<T extends object = object> = (answer: Ack<T>) => void;

/**
 * The updates of a channel that a client wants, and the position where they begin.
 *
 * @publicApi
 */
export interface ClientSubscriptionConfig {
  /** Only updates of these types, and control updates. Absent: all types. */
  readonly eventTypes?: readonly (StreamEventName | (string & {}))[];
  /** Only updates of these nodes, and control updates. Absent: all nodes. */
  readonly nodeIds?: readonly string[];
  /** Only updates of these agents (`metadata.agent`), and control updates. Absent: all agents. */
  readonly agents?: readonly string[];
  /** Whether updates of subgraphs, such as sub-agents, are wanted (`metadata.namespace`). @default true */
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

/** Payload of `subscribe_execution`. `eventTypes` here is the legacy place of the option. */
export interface SubscribeExecutionPayload {
  readonly executionId: string;
  readonly eventTypes?: ClientSubscriptionConfig['eventTypes'];
  readonly options?: ClientSubscriptionConfig;
  /** How long to wait for the execution if it cannot be seen yet, in milliseconds. @default 0 */
  readonly waitForMs?: number;
}

/** Payload of `unsubscribe_execution`. */
export interface UnsubscribeExecutionPayload {
  readonly executionId: string;
}

/** Payload of `subscribe_events`: changes what this client's subscriptions deliver. */
export interface SubscribeEventsPayload {
  /** Only these types from now on; an empty list means all types. */
  readonly eventTypes: readonly (StreamEventName | (string & {}))[];
  /** Only this subscription. Absent: all present ones, and the default for later ones. */
  readonly scope?: { readonly executionId?: string; readonly roomId?: string };
}

/** Payload of `join_room`. */
export interface JoinRoomPayload {
  readonly roomId: string;
  readonly options?: ClientSubscriptionConfig;
}

/** Payload of `leave_room`. */
export interface LeaveRoomPayload {
  readonly roomId: string;
}

/** Payload of `authentication`: renews the credential of this connection. */
export interface AuthenticationPayload {
  readonly token?: string;
  readonly apiKey?: string;
  /** A ticket that the server issued for one connection. */
  readonly ticket?: string;
  readonly credentials?: Readonly<Record<string, unknown>>;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Payload of `cancel_execution`. */
export interface CancelExecutionPayload {
  readonly executionId: string;
  readonly reason?: string | undefined;
  /** The thread of the run: needed to cancel a run that waits in its queue. */
  readonly threadId?: string;
}

/** Payload of `respond_interrupt`. */
export interface RespondInterruptPayload {
  readonly executionId: string;
  /** Which question is answered; needed when several are open. */
  readonly interruptId?: string | undefined;
  /** The answer; or `answers`. */
  readonly value?: unknown;
  /** Answers to several questions at once; each needs the id of its question. */
  readonly answers?: readonly { readonly interruptId: string; readonly value: unknown }[];
  /** The thread of the run: needed to answer a run that ended with its question. */
  readonly threadId?: string;
  /** Written into the state of the graph with the answer; the policy is asked for `command`. */
  readonly update?: Readonly<Record<string, unknown>>;
  /** The nodes where the graph continues; the policy is asked for `command`. */
  readonly goto?: string | readonly string[];
}

/** Payload of `get_status`. */
export interface GetStatusPayload {
  /** Also tell the state of this execution. */
  readonly executionId?: string | undefined;
}

/** Answer to `join_room`. */
export interface RoomAnswer extends SubscriptionPosition {
  readonly roomId: string;
}

/** The state of an execution, as viewers may see it. */
export interface ExecutionStatus {
  /** The id of the execution. */
  readonly executionId: string;
  /** Whether it runs, waits or has ended. */
  readonly state: ExecutionState;
  /** In milliseconds since the Unix epoch. */
  readonly startedAt: number;
  /** In milliseconds since the Unix epoch. Absent until the execution ends. */
  readonly endedAt?: number;
  /** The questions that the execution waits for. */
  readonly interrupts?: readonly InterruptRequest[];
}

/** Answer to `get_status`. */
export interface StatusAnswer {
  readonly connectionId: string;
  readonly status: 'connected';
  /** In milliseconds since the Unix epoch. */
  readonly serverTime: number;
  /** How long this connection exists, in milliseconds. */
  readonly uptime: number;
  readonly subscriptions: readonly string[];
  readonly rooms: readonly string[];
  readonly execution?: ExecutionStatus;
}

/** Answer to `authentication`. */
export interface AuthenticationAnswer {
  readonly connectionId: string;
  /** When the credential expires, in milliseconds since the Unix epoch. */
  readonly expiresAt?: number;
}

/**
 * The events a client sends, with payload and answer. Every event takes an acknowledgement.
 *
 * @publicApi
 */
export interface ClientToServerEvents {
  subscribe_execution(
    payload: SubscribeExecutionPayload,
    ack?: AckCallback<SubscriptionAnswer>,
  ): void;
  unsubscribe_execution(
    payload: UnsubscribeExecutionPayload,
    ack?: AckCallback<{ readonly executionId: string }>,
  ): void;
  subscribe_events(
    payload: SubscribeEventsPayload,
    ack?: AckCallback<{ readonly eventTypes: readonly StreamEventName[] }>,
  ): void;
  join_room(payload: JoinRoomPayload, ack?: AckCallback<RoomAnswer>): void;
  leave_room(payload: LeaveRoomPayload, ack?: AckCallback<{ readonly roomId: string }>): void;
  authentication(payload: AuthenticationPayload, ack?: AckCallback<AuthenticationAnswer>): void;
  ping(payload?: object, ack?: AckCallback<{ readonly timestamp: number }>): void;
  get_status(payload?: GetStatusPayload, ack?: AckCallback<StatusAnswer>): void;
  cancel_execution(
    payload: CancelExecutionPayload,
    ack?: AckCallback<{ readonly executionId: string }>,
  ): void;
  respond_interrupt(
    payload: RespondInterruptPayload,
    ack?: AckCallback<{ readonly executionId: string }>,
  ): void;
  start_execution(payload: StartExecutionPayload, ack?: AckCallback<StartExecutionAnswer>): void;
  subscribe_thread(
    payload: SubscribeThreadPayload,
    ack?: AckCallback<ThreadSubscriptionAnswer>,
  ): void;
  unsubscribe_thread(
    payload: ThreadPayload,
    ack?: AckCallback<{ readonly threadId: string }>,
  ): void;
  get_thread(payload: ThreadPayload, ack?: AckCallback<ThreadAnswer>): void;
  get_thread_history(
    payload: GetThreadHistoryPayload,
    ack?: AckCallback<ThreadHistoryAnswer>,
  ): void;
  list_threads(payload?: ListThreadsPayload, ack?: AckCallback<ThreadListAnswer>): void;
  update_thread(payload: UpdateThreadPayload, ack?: AckCallback<UpdateThreadAnswer>): void;
  delete_thread(payload: ThreadPayload, ack?: AckCallback<{ readonly threadId: string }>): void;
}

/** The name of an event a client sends. */
export type ClientEventName = keyof ClientToServerEvents;
