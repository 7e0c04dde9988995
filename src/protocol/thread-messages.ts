import type { Cursor } from './cursor.js';
import type { InterruptRequest } from './interrupt-request.js';
import type { StreamedMessage } from './streamed-message.js';
import type { SubscriptionAnswer, SubscriptionPosition } from './subscription-answer.js';
import type { ThreadRunState } from './thread-updates.js';

/**
 * What a start does if another run of its thread is active.
 *
 * - `enqueue`: the new run waits until all earlier runs of the thread have ended.
 * - `reject`: the start is refused with `THREAD_BUSY`.
 * - `interrupt`: the active run is cancelled, waiting runs are dropped, and then the new run begins.
 * - `rollback`: the same as `interrupt`, but the new run begins at the checkpoint where the cancelled run began.
 *   The updates of the cancelled run are void.
 *
 * @publicApi
 */
export type Multitask = 'enqueue' | 'reject' | 'interrupt' | 'rollback';

/** Payload of `start_execution`. */
export interface StartExecutionPayload {
  /** The name of the agent. */
  readonly agent: string;
  /**
   * The thread of the run. A page may choose the id of a new thread, such as a random UUID. Without it, the
   * run begins a new thread.
   */
  readonly threadId?: string;
  /** A random text that the page makes for each start. A start that is repeated with its key starts nothing. */
  readonly key?: string;
  /** The input of the agent. */
  readonly input?: unknown;
  /** Begin at this checkpoint of the thread, as a fork. Without it, the run begins at the newest checkpoint. */
  readonly checkpointId?: string;
  /** What to do if another run of the thread is active. @default 'enqueue' */
  readonly multitask?: Multitask;
  /**
   * What the run does when it asks a question. With `wait` it waits for the answer. With `end` it ends, and the
   * answer starts the next run of the thread.
   *
   * @default the option `onInterrupt` of the agent, otherwise 'wait'
   */
  readonly onInterrupt?: 'wait' | 'end';
  /** Facts for the agent, which gets them as `context.metadata`. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Subscribe this connection to the run, if the run begins immediately. @default false */
  readonly follow?: boolean;
}

/** Answer to `start_execution`. */
export interface StartExecutionAnswer {
  /** The id of the run. */
  readonly executionId: string;
  /** The id of its thread. */
  readonly threadId: string;
  /** False if an earlier start with the same key had already started the run. */
  readonly created: boolean;
  /** Whether the run waits for other runs of its thread. */
  readonly queued: boolean;
  /** The subscription that `follow` asked for. */
  readonly subscription?: SubscriptionAnswer;
}

/** A run of a thread that has not ended. */
export interface ThreadRun {
  /** The id of the run. */
  readonly executionId: string;
  /** The state of the run. */
  readonly state: ThreadRunState;
  /** The id of the principal that started the run. */
  readonly startedBy?: string;
  /** When the run was started or queued, in milliseconds since the Unix epoch. */
  readonly startedAt: number;
  /** The questions that the run waits for. */
  readonly interrupts?: readonly InterruptRequest[];
}

/** Payload of `subscribe_thread`. */
export interface SubscribeThreadPayload {
  /** The thread to follow. */
  readonly threadId: string;
  /** Continue after this position of the thread's log. */
  readonly cursor?: Cursor;
  /**
   * Where to begin without a cursor: at the first update in the log (`start`), or with the next new update
   * (`live`). @default 'live'
   */
  readonly from?: 'start' | 'live';
}

/** Answer to `subscribe_thread`. */
export interface ThreadSubscriptionAnswer extends SubscriptionPosition {
  /** The thread that the client is subscribed to. */
  readonly threadId: string;
  /** The sequence number of the newest update in the thread's log. */
  readonly head: number;
  /** The runs that had not ended after this update. */
  readonly runs: readonly ThreadRun[];
}

/** Payload of the events that name only a thread. */
export interface ThreadPayload {
  /** The id of the thread. */
  readonly threadId: string;
}

/** The facts about a thread that lists show. */
export interface ThreadSummary {
  /** The id of the thread. */
  readonly threadId: string;
  /** The agent of the thread. Absent before its first run. */
  readonly agent?: string;
  /** The title, if it was set. */
  readonly title?: string;
  /** Your own facts about the thread, if they were set. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** When the thread was created, in milliseconds since the Unix epoch. */
  readonly createdAt: number;
  /** When the thread was last changed, or its last run started, in milliseconds since the Unix epoch. */
  readonly updatedAt: number;
}

/** A question of a thread, and the run that asked it. */
export interface ThreadInterrupt extends InterruptRequest {
  /** The run that asked the question. */
  readonly executionId: string;
}

/** Answer to `get_thread`. */
export interface ThreadAnswer extends ThreadSummary {
  /** The messages of the newest checkpoint. The text of active runs is in the logs of these runs. */
  readonly messages: readonly StreamedMessage[];
  /** The rest of the agent's state. Absent if the agent keeps no state. */
  readonly state?: unknown;
  /** The checkpoint of the messages and the state. */
  readonly checkpointId?: string;
  /** The open questions. */
  readonly interrupts: readonly ThreadInterrupt[];
  /** The runs that have not ended. */
  readonly runs: readonly ThreadRun[];
  /**
   * The position of the thread's log before the state was read. Subscribe with this cursor, so that you get
   * every update since then.
   */
  readonly cursor: Cursor;
}

/** Payload of `get_thread_history`. */
export interface GetThreadHistoryPayload {
  /** The thread. */
  readonly threadId: string;
  /** The largest number of checkpoints to return. @default 20 */
  readonly limit?: number;
  /** The id of a checkpoint. Only checkpoints before it are returned. */
  readonly before?: string;
}

/** A checkpoint of a thread. */
export interface ThreadCheckpoint {
  /** The id of the checkpoint. */
  readonly checkpointId: string;
  /** The id of the checkpoint before it. */
  readonly parentId?: string;
  /** When the checkpoint was written, in milliseconds since the Unix epoch. */
  readonly createdAt?: number;
  /** The number of the step. */
  readonly step?: number;
  /** The operation that wrote the checkpoint, such as `input`, `loop`, `update` or `fork`. */
  readonly source?: string;
  /** The nodes that would run next. */
  readonly next: readonly string[];
  /** The messages of the state. */
  readonly messages: readonly StreamedMessage[];
  /** The rest of the state. */
  readonly state?: unknown;
  /** The open questions. */
  readonly interrupts: readonly InterruptRequest[];
}

/** Answer to `get_thread_history`. */
export interface ThreadHistoryAnswer {
  /** The thread. */
  readonly threadId: string;
  /** The checkpoints, newest first. */
  readonly checkpoints: readonly ThreadCheckpoint[];
}

/** Payload of `list_threads`. */
export interface ListThreadsPayload {
  /** The largest number of threads to return. @default 20 */
  readonly limit?: number;
  /** The `cursor` of the previous page. Without it, the list begins with the newest thread. */
  readonly cursor?: string;
}

/** Answer to `list_threads`. */
export interface ThreadListAnswer {
  /** The threads, newest first. */
  readonly threads: readonly ThreadSummary[];
  /** Send it to get the next page. Absent on the last page. */
  readonly cursor?: string;
}

/** Payload of `update_thread`. */
export interface UpdateThreadPayload {
  /** The thread to change. */
  readonly threadId: string;
  /** The new title. */
  readonly title?: string;
  /** The new metadata. It replaces all metadata of the thread. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** An edit of the agent's state. It is written as a new checkpoint. */
  readonly state?: {
    /** The values to write into the state. */
    readonly values: unknown;
    /** Write the values as if this node had returned them. */
    readonly asNode?: string | undefined;
    /** Edit the state at this checkpoint, as a fork. Without it, the newest checkpoint is edited. */
    readonly checkpointId?: string | undefined;
  };
}

/** Answer to `update_thread`. */
export interface UpdateThreadAnswer extends ThreadSummary {
  /** The id of the checkpoint that was written, if the state was edited. */
  readonly checkpointId?: string;
}

/** The client events about threads and their runs. */
export type ThreadRequestName =
  | 'start_execution'
  | 'subscribe_thread'
  | 'unsubscribe_thread'
  | 'get_thread'
  | 'get_thread_history'
  | 'list_threads'
  | 'update_thread'
  | 'delete_thread';
