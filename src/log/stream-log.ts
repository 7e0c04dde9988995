import type { Channel, ChannelOwner } from '../protocol/channel.js';
import type { Cursor } from '../protocol/cursor.js';
import type { ExecutionState } from '../protocol/execution-state.js';
import type { InterruptRequest } from '../protocol/stream-update.js';
import type { LogEntry, UpdateDraft } from './log-entry.js';
import type { LogListener } from './log-event.js';

/** The facts that another instance needs to continue an execution that waits for an answer. */
export interface ResumableSource {
  /** The name under which every instance has registered the source. */
  readonly name: string;
  /** The input of the source, as plain JSON. */
  readonly input: unknown;
}

/** Facts about a channel that the log keeps besides its updates. */
export interface ChannelAttributes {
  /** The owner of the channel. */
  readonly owner?: ChannelOwner;
  /** The state of the execution. */
  readonly state?: ExecutionState;
  /** The questions that an interrupted execution waits for. Empty if no question is open. */
  readonly interrupts?: readonly InterruptRequest[];
  /** The id of the instance that runs the execution. */
  readonly producer?: string;
  /** How another instance can continue the execution. */
  readonly source?: ResumableSource;
  /** The data of a thread that the library keeps with its log, as plain JSON. */
  readonly thread?: unknown;
  /**
   * How long an execution may wait for a worker or an answer: the end of the wait, in milliseconds since the
   * Unix epoch. The log only keeps this number; the library ends the wait.
   */
  readonly waitsUntil?: number;
}

/**
 * The right to write to an execution. A caller gets it when it opens, replaces or claims the execution. Only
 * the holder of the newest claim may write.
 */
export interface ChannelClaim {
  /** The epoch of the channel. */
  readonly epoch: string;
  /** A number that grows by one with each claim of the channel, also if the channel is replaced. */
  readonly fence: number;
}

/** The present facts about a channel in the log. */
export interface ChannelInfo extends ChannelAttributes, ChannelClaim {
  /** The channel. */
  readonly channel: Channel;
  /** The sequence number of the newest update; 0 if there is no update yet. */
  readonly head: number;
  /** The sequence number of the oldest update that can still be read; `head + 1` if there is none. */
  readonly first: number;
  /** The first sequence number of {@link LogRead.kept}. Absent if the log keeps no such text. */
  readonly firstKept?: number;
  /** When the channel was opened, in milliseconds since the Unix epoch. */
  readonly openedAt: number;
  /** When the channel ended, in milliseconds since the Unix epoch. Absent while updates can still come. */
  readonly endedAt?: number;
}

/** The result of a read. */
export interface LogRead {
  /** The epoch of the channel. */
  readonly epoch: string;
  /** The entries after the cursor, oldest first. */
  readonly entries: readonly LogEntry[];
  /**
   * Whether the entries begin directly after the cursor. If false, the cursor has another epoch or the log has
   * removed entries after it. Then the entries begin with the oldest entry of the log.
   */
  readonly recovered: boolean;
  /** The sequence number of the newest update at the time of the read. */
  readonly head: number;
  /**
   * If `recovered` is false: the joined text of removed token updates from before `entries`, and removed parts of
   * messages, if the log keeps them. Other removed updates are not in it. A log need not keep any text.
   */
  readonly kept?: readonly LogEntry[];
}

/** How to open a channel. */
export interface OpenChannelOptions {
  /**
   * The epoch of the new channel. It makes a repeated call safe: if the channel already has this epoch, the
   * same call has created it, and only its answer was lost. @default an epoch that the log chooses
   */
  readonly epoch?: string;
  /**
   * Whether an existing channel is replaced. In one step its updates and attributes are deleted, a new epoch
   * begins, and claims on it become void. Followers get `reset`. With a claim, the channel is replaced only if
   * this is still the newest claim. So if two callers replace the same execution, only one succeeds.
   * @default false
   */
  readonly replace?: boolean | ChannelClaim;
}

/** Options of `StreamLog.append`. */
export interface AppendOptions {
  /** Attributes to replace in the same step. */
  readonly attributes?: ChannelAttributes | undefined;
  /** Whether to create the channel if it does not exist. Rooms are created like this. @default false */
  readonly create?: boolean | undefined;
  /** Append only if this is still the newest claim. Without it, claims are not checked. */
  readonly claim?: ChannelClaim | undefined;
}

/** Options of `StreamLog.follow`. */
export interface FollowChannelOptions {
  /** Whether to create the channel if it does not exist. Rooms are created like this. @default false */
  readonly create?: boolean;
}

/** The position of a channel after an append. */
export interface AppendPosition {
  /** The epoch of the channel. */
  readonly epoch: string;
  /** The sequence number of the last draft that was appended. */
  readonly head: number;
}

/** Stops following a channel. */
export type Unfollow = () => Promise<void>;

/** A followed channel, with its facts from when following began. */
export interface FollowedChannel extends ChannelInfo {
  /** Stops following. */
  readonly unfollow: Unfollow;
}

/**
 * The log. It gives each update its sequence number, and keeps the updates of every channel within limits. All
 * delivery reads from the log. If several processes share a log, they work as one application.
 *
 * - The log may be outside of this process. Callers must not assume that a call runs in this process, and
 *   other instances may write to a channel at the same time.
 * - The channel, the epoch and the sequence number identify an entry. The log may return a new object each time
 *   for the same entry.
 * - If the store fails, the log retries for a while. A repeated append adds nothing twice. When the log gives
 *   up, it rejects with `LOG_UNAVAILABLE`. Callers wait, and do not retry themselves.
 * - If the store has lost the newest updates of a channel, the log continues in a new epoch, with the attributes
 *   of the channel. The next append returns the new epoch to the writer, and followers get `reset`.
 * - The timestamp of an update comes from the clock of the writer. The clock of the store decides when a channel
 *   expires. If a channel expires while nobody follows it, no event tells so.
 *
 * To test an implementation, run `streamLogContract` of `@hive-academy/langgraph-streaming/testing`. It is the
 * specification.
 *
 * @publicApi
 */
export interface StreamLog {
  /**
   * Opens a channel, so that updates can be appended. An existing channel keeps its epoch and its attributes,
   * unless `replace` is set. A channel that has ended can be replaced too.
   *
   * @returns the channel, and whether this call created it
   * @throws StreamingError `LOG_UNAVAILABLE`
   */
  open(
    channel: Channel,
    attributes?: ChannelAttributes,
    options?: OpenChannelOptions,
  ): Promise<ChannelInfo & { readonly created: boolean }>;

  /**
   * Makes the caller the only writer of an execution. Writers with an older claim are refused from then on.
   * If the answer of a call was lost, a repeated call returns the same answer.
   *
   * @param seen - the newest claim that the caller knows. If there is a newer claim, the call claims nothing.
   * @param attributes - attributes to replace in the same step. `producer` is the instance that claims.
   * @returns the channel with its new fence; undefined if there is no such channel, if it has ended, or if
   * another caller has claimed it
   * @throws StreamingError `LOG_UNAVAILABLE`
   */
  claim(
    channel: Channel,
    seen: ChannelClaim,
    attributes: ChannelAttributes & { readonly producer: string },
  ): Promise<ChannelInfo | undefined>;

  /**
   * Appends drafts in order and in one step: no entries of another writer come between them.
   *
   * @returns the position of the channel after the append
   * @throws StreamingError `EXECUTION_NOT_ACTIVE` if the channel was never opened or has ended;
   * `EXECUTION_TAKEN_OVER` if there is a newer claim; `LOG_UNAVAILABLE`
   */
  append(
    channel: Channel,
    drafts: readonly UpdateDraft[],
    options?: AppendOptions,
  ): Promise<AppendPosition>;

  /**
   * Reads the entries after a position. Without `after`, reads from the oldest entry.
   *
   * @param limit - the largest number of entries to return
   * @returns the entries; undefined if there is no such channel
   * @throws StreamingError `LOG_UNAVAILABLE`
   */
  read(channel: Channel, after?: Cursor, limit?: number): Promise<LogRead | undefined>;

  /**
   * Calls `listener` with the events of a channel, beginning at the position that the returned
   * {@link FollowedChannel} describes. The listener gets every later entry, in order and without a gap. It may
   * also get some earlier entries, and it may be called before the promise resolves. It must not throw.
   *
   * @returns the channel; undefined if there is no such channel
   * @throws StreamingError `LOG_UNAVAILABLE`
   */
  follow(
    channel: Channel,
    listener: LogListener,
    options?: FollowChannelOptions,
  ): Promise<FollowedChannel | undefined>;

  /** Returns the facts about a channel; undefined if there is no such channel. */
  describe(channel: Channel): Promise<ChannelInfo | undefined>;

  /**
   * Ends a channel: no more updates can be appended. It can be read for `retentionMs`, and is then removed.
   *
   * @param claim - end the channel only if this is still the newest claim
   * @throws StreamingError `EXECUTION_TAKEN_OVER`, `LOG_UNAVAILABLE`
   */
  end(channel: Channel, claim?: ChannelClaim): Promise<void>;

  /** Removes a channel immediately. @throws StreamingError `LOG_UNAVAILABLE` */
  delete(channel: Channel): Promise<void>;

  /** Closes the log, and releases its resources. */
  close(): Promise<void>;
}
