import type { ApplicationUpdates } from './application-updates.js';
import type { ExecutionState } from './execution-state.js';
import type { AnsweredInterrupt, InterruptRequest } from './interrupt-request.js';
import { isControlEvent, type ControlEventName } from './control-event-name.js';
import { type StreamEventName } from './stream-event-type.js';
import type { ThreadRunEventName } from './thread-event-name.js';
import type { StreamedMessage } from './streamed-message.js';
import type { ThreadRunData, ThreadUpdateData } from './thread-updates.js';

export type { AnsweredInterrupt, InterruptRequest } from './interrupt-request.js';

/**
 * The place and the time of an update. The library writes the fields that are listed here. A source can add
 * other keys, but cannot replace these.
 *
 * @publicApi
 */
export interface StreamUpdateMetadata {
  /** When the update was appended to the log, in milliseconds since the Unix epoch. */
  readonly timestamp: number;
  /** The place of the update in its channel's log: 1, 2, 3, … without a gap. */
  readonly sequenceNumber: number;
  /**
   * The first sequence number that this update covers. It is set if several token updates were joined into
   * one for a viewer that catches up.
   */
  readonly fromSequence?: number;
  /**
   * The execution that produced the update. Absent if the update was published to a room without an
   * execution.
   */
  readonly executionId?: string;
  /** The room whose log the sequence number belongs to. Absent on an update of another log. */
  readonly roomId?: string;
  /** The thread whose log the sequence number belongs to. Absent on an update of another log. */
  readonly threadId?: string;
  /** The node that produced the update. */
  readonly nodeId?: string;
  /** The kind of agent that produced the update. */
  readonly agentType?: string;
  /** The path of subgraphs to the node, outermost first. Absent if the node belongs to the outermost graph. */
  readonly namespace?: readonly string[];
  /** The id of one run of the node. Parallel runs of a node have different ids. */
  readonly taskId?: string;
  /** The agent that the node belongs to, if the graph names its agents (`lc_agent_name`). */
  readonly agent?: string;
  /** The tags of the model, tool or node. */
  readonly tags?: readonly string[];
  readonly [key: string]: unknown;
}

/** The types of `data` that the protocol defines, by update type. */
type ProtocolUpdates = Readonly<Record<ControlEventName, ExecutionStateData>> &
  Readonly<Record<ThreadRunEventName, ThreadRunData>> & {
    readonly 'thread:update': ThreadUpdateData;
    readonly token: TokenData;
    readonly progress: ProgressData;
    readonly messages: StreamedMessage;
    readonly 'node:retry': NodeRetryData;
  };

/**
 * The type of `data` for an update type. It comes from the protocol or from your {@link ApplicationUpdates}.
 * Otherwise it is `unknown`.
 *
 * @publicApi
 */
export type StreamUpdateData<TType extends StreamEventName = StreamEventName> =
  TType extends keyof ProtocolUpdates
    ? ProtocolUpdates[TType]
    : TType extends keyof ApplicationUpdates
      ? ApplicationUpdates[TType]
      : unknown;

/**
 * An update: one thing that happened. Viewers get it in this form, in the process and on the wire. It is a
 * discriminated union: if you compare `type`, TypeScript knows the type of `data`.
 *
 * ```ts
 * if (update.type === 'token') answer += update.data.content;
 * ```
 *
 * @typeParam TType - the update types that it may have
 * @publicApi
 */
export type StreamUpdate<TType extends StreamEventName = StreamEventName> = {
  readonly [Type in TType]: {
    readonly type: Type;
    readonly data: StreamUpdateData<Type>;
    readonly metadata?: StreamUpdateMetadata;
  };
}[TType];

/** Whether an update tells the state of its execution. */
export function isControlUpdate(update: StreamUpdate): update is StreamUpdate<ControlEventName> {
  return isControlEvent(update.type);
}

/** `data` of a `token` update. */
export interface TokenData {
  /** The added text. The contents of all token updates of a node, joined, are its whole text. */
  readonly content: string;
  /** The role of the speaker, if the source names it. */
  readonly role?: string;
  /** The id of the message that the text belongs to, if the source names it. */
  readonly messageId?: string;
  /** The index of the text block in the message, if the message has several. */
  readonly blockIndex?: number;
  /** The position of the token in its stream, if the source counts. */
  readonly index?: number;
  /** How many tokens the stream has so far, if the source counts. */
  readonly totalTokens?: number;
}

/** `data` of a `node:retry` update: everything that the node streamed so far is void. */
export interface NodeRetryData {
  /**
   * The run of the node. All updates with this `metadata.taskId` are void, and so are the updates of its
   * subgraphs.
   */
  readonly taskId: string;
  /** The number of the attempt that begins: 2 is the first retry. */
  readonly attempt: number;
}

/** `data` of a `progress` update. */
export interface ProgressData {
  /** The progress: 0 to 100 if the source reports a percentage. */
  readonly progress: number;
  /** What the work does now, in words. */
  readonly message?: string;
  readonly [key: string]: unknown;
}

/** An error without internal details of the server, so that clients may see it. */
export interface SafeError {
  /** The stable code. */
  readonly code: string;
  /** The message, safe to show. */
  readonly message: string;
}

/**
 * Replaces data that is larger than `executions.maxUpdateBytes`: the data of an update, a published result, or
 * the value of a question.
 */
export interface OmittedData {
  /** Why the data was omitted. */
  readonly omitted: {
    readonly code: 'UPDATE_TOO_LARGE';
    /** The largest data that is streamed, in bytes of JSON. */
    readonly maxBytes: number;
  };
}

/** `data` of the control updates: `workflow:*` and `interrupt`. */
export interface ExecutionStateData {
  /** The state of the execution after this update. */
  readonly state: ExecutionState;
  /** In `workflow:end`: the value that the source returned, if `publishResult` is set. */
  readonly result?: unknown;
  /** In `workflow:error`: the failure. */
  readonly error?: SafeError;
  /** In `workflow:cancel`: why the execution was cancelled. */
  readonly reason?: string;
  /** In `interrupt`: the open questions. Also in `workflow:end` of a run that ended with open questions. */
  readonly interrupts?: readonly InterruptRequest[];
  /** In `workflow:resume`: the answered questions, and who answered them. */
  readonly answered?: readonly AnsweredInterrupt[];
  /** In `workflow:start`: the agent that runs. */
  readonly agent?: string;
  /** In `workflow:start`: the thread of the run. */
  readonly threadId?: string;
  /** In `workflow:start`: the execution that started this execution, if any. */
  readonly parentExecutionId?: string;
  /** In `workflow:start`: the input of the run, if the agent publishes inputs. */
  readonly input?: unknown;
  /** In `workflow:start`: the id of the principal that started the run. */
  readonly startedBy?: string;
}
