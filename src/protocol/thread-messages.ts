import type { Cursor } from './cursor.js';
import type { InterruptRequest } from './interrupt-request.js';
import type { StreamedMessage } from './streamed-message.js';
import type { SubscriptionAnswer, SubscriptionPosition } from './subscription-answer.js';
import type { ThreadRunState } from './thread-updates.js';

/**
 * What a start does when another run of its thread is active.
 *
 * - `enqueue`: the run begins when those before it have ended.
 * - `reject`: the start is refused with `THREAD_BUSY`.
 * - `interrupt`: the active run is cancelled and what waits is dropped; the run begins after it.
 * - `rollback`: as `interrupt`, and the run begins where the cancelled run began: its text is void.
 *
 * @publicApi
 */
export type Multitask = 'enqueue' | 'reject' | 'interrupt' | 'rollback';

/** Payload of `start_execution`. */
export interface StartExecutionPayload {
  readonly agent: string;
  /** The conversation. Absent: a new one. A page may choose the id: a random UUID. */
  readonly threadId?: string;
  /** Made by the page, once per start: a start that is repeated with its key starts nothing twice. */
  readonly key?: string;
  /** What the agent takes. */
  readonly input?: unknown;
  /** Begin at this checkpoint of the thread, as a fork. Absent: at the newest. */
  readonly checkpointId?: string;
  /** @default 'enqueue' */
  readonly multitask?: Multitask;
  /**
   * Whether a run that asks something waits for the answer, or ends so that the answer starts the next.
   *
   * @default what the agent says, else 'wait'
   */
  readonly onInterrupt?: 'wait' | 'end';
  /** Facts for the agent. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Subscribe this connection to the run, if it begins at once. @default false */
  readonly follow?: boolean;
}

/** Answer to `start_execution`. */
export interface StartExecutionAnswer {
  readonly executionId: string;
  readonly threadId: string;
  /** False when an earlier start with this key had started it. */
  readonly created: boolean;
  /** Whether it waits for other runs of its thread. */
  readonly queued: boolean;
  /** Where the subscription stands that was asked for with `follow`. */
  readonly subscription?: SubscriptionAnswer;
}

/** A run of a thread that has not ended. */
export interface ThreadRun {
  readonly executionId: string;
  readonly state: ThreadRunState;
  /** The id of the principal that started it. */
  readonly startedBy?: string;
  /** When it was started or queued, in milliseconds since the Unix epoch. */
  readonly startedAt: number;
  /** The questions that it waits for. */
  readonly interrupts?: readonly InterruptRequest[];
}

/** Payload of `subscribe_thread`. */
export interface SubscribeThreadPayload {
  readonly threadId: string;
  /** Go on after this position of the thread's log. */
  readonly cursor?: Cursor;
  /** Where to begin without a cursor. @default 'live' */
  readonly from?: 'start' | 'live';
}

/** Answer to `subscribe_thread`. */
export interface ThreadSubscriptionAnswer extends SubscriptionPosition {
  readonly threadId: string;
  /** The sequence number of the newest update. */
  readonly head: number;
  /** The runs that have not ended at the moment of {@link head}. */
  readonly runs: readonly ThreadRun[];
}

/** Payload of events that name a thread and nothing else. */
export interface ThreadPayload {
  readonly threadId: string;
}

/** A thread as lists show it. */
export interface ThreadSummary {
  readonly threadId: string;
  /** Absent before its first run. */
  readonly agent?: string;
  readonly title?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** In milliseconds since the Unix epoch. */
  readonly createdAt: number;
  /** When a run of it was started last, or it was changed, in milliseconds since the Unix epoch. */
  readonly updatedAt: number;
}

/** A question of a thread, and the run that asked it. */
export interface ThreadInterrupt extends InterruptRequest {
  readonly executionId: string;
}

/** Answer to `get_thread`. */
export interface ThreadAnswer extends ThreadSummary {
  /** The conversation as the agent's checkpointer has it. What active runs say now is in their logs. */
  readonly messages: readonly StreamedMessage[];
  /** The rest of the agent's state. Absent when the agent keeps none. */
  readonly state?: unknown;
  /** The checkpoint that messages and state are of. */
  readonly checkpointId?: string;
  readonly interrupts: readonly ThreadInterrupt[];
  /** The runs that have not ended. */
  readonly runs: readonly ThreadRun[];
  /** Where the thread's log stood before the state was read: subscribe with it to miss nothing. */
  readonly cursor: Cursor;
}

/** Payload of `get_thread_history`. */
export interface GetThreadHistoryPayload {
  readonly threadId: string;
  /** At most this many. @default 20 */
  readonly limit?: number;
  /** Only checkpoints before this one. */
  readonly before?: string;
}

/** A checkpoint of a thread. */
export interface ThreadCheckpoint {
  readonly checkpointId: string;
  readonly parentId?: string;
  /** In milliseconds since the Unix epoch. */
  readonly createdAt?: number;
  /** The number of the step in its run. */
  readonly step?: number;
  /** What made it, such as `input`, `loop`, `update` or `fork`. */
  readonly source?: string;
  /** The nodes that would run next. */
  readonly next: readonly string[];
  readonly messages: readonly StreamedMessage[];
  readonly state?: unknown;
  readonly interrupts: readonly InterruptRequest[];
}

/** Answer to `get_thread_history`. */
export interface ThreadHistoryAnswer {
  readonly threadId: string;
  /** Newest first. */
  readonly checkpoints: readonly ThreadCheckpoint[];
}

/** Payload of `list_threads`. */
export interface ListThreadsPayload {
  /** At most this many. @default 20 */
  readonly limit?: number;
  /** Go on after the page whose answer had this cursor. */
  readonly cursor?: string;
}

/** Answer to `list_threads`. */
export interface ThreadListAnswer {
  /** Newest first. */
  readonly threads: readonly ThreadSummary[];
  /** Absent on the last page. */
  readonly cursor?: string;
}

/** Payload of `update_thread`. */
export interface UpdateThreadPayload {
  readonly threadId: string;
  readonly title?: string;
  /** Replaces the metadata. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Writes values into the agent's state, as a new checkpoint. */
  readonly state?: {
    readonly values: unknown;
    /** The node in whose name it is written. */
    readonly asNode?: string | undefined;
    /** Edit this checkpoint, as a fork. Absent: the newest. */
    readonly checkpointId?: string | undefined;
  };
}

/** Answer to `update_thread`. */
export interface UpdateThreadAnswer extends ThreadSummary {
  /** The checkpoint that was written. */
  readonly checkpointId?: string;
}

/** The client events about threads, and about runs that are started in them. */
export type ThreadRequestName =
  | 'start_execution'
  | 'subscribe_thread'
  | 'unsubscribe_thread'
  | 'get_thread'
  | 'get_thread_history'
  | 'list_threads'
  | 'update_thread'
  | 'delete_thread';
