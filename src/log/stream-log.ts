import type { Channel, ChannelOwner } from '../protocol/channel.js';
import type { Cursor } from '../protocol/cursor.js';
import type { ExecutionState } from '../protocol/execution-state.js';
import type { InterruptRequest } from '../protocol/stream-update.js';
import type { LogEntry, UpdateDraft } from './log-entry.js';
import type { LogListener } from './log-event.js';

/** What another instance needs to go on with an execution that waits for an answer. */
export interface ResumableSource {
  /** The name under which every instance registered the source. */
  readonly name: string;
  /** What it was started with. Plain JSON. */
  readonly input: unknown;
}

/** What the log knows about a channel besides its updates. */
export interface ChannelAttributes {
  readonly owner?: ChannelOwner;
  readonly state?: ExecutionState;
  /** The questions that an interrupted execution waits for; empty when none is open. */
  readonly interrupts?: readonly InterruptRequest[];
  /** The id of the instance that runs the execution. */
  readonly producer?: string;
  readonly source?: ResumableSource;
  /** What the library keeps of a thread with its log. Plain JSON. */
  readonly thread?: unknown;
  /**
   * Until when an execution that waits for a worker or for an answer is kept, in milliseconds since the
   * Unix epoch. The log does nothing about it.
   */
  readonly waitsUntil?: number;
}

/**
 * Who may write to an execution: only the holder of the newest claim. Whoever opens, replaces or claims
 * an execution gets one.
 */
export interface ChannelClaim {
  readonly epoch: string;
  /** Grows by one with each claim of the channel, also when it was replaced. */
  readonly fence: number;
}

/** A channel as the log holds it now. */
export interface ChannelInfo extends ChannelAttributes, ChannelClaim {
  readonly channel: Channel;
  /** The sequence number of the newest update; 0 when there is none yet. */
  readonly head: number;
  /** The sequence number of the oldest update that can still be read; `head + 1` when none can. */
  readonly first: number;
  /** The first sequence number of {@link LogRead.kept}; absent when there is nothing of the kind. */
  readonly firstKept?: number;
  /** In milliseconds since the Unix epoch. */
  readonly openedAt: number;
  /** When it ended, in milliseconds since the Unix epoch. Absent while updates can still come. */
  readonly endedAt?: number;
}

/** What a read gives. */
export interface LogRead {
  readonly epoch: string;
  /** The entries after the cursor, oldest first. */
  readonly entries: readonly LogEntry[];
  /**
   * Whether the entries begin right after the cursor. When false the cursor could not be served
   * (another epoch, or trimmed) and the entries begin at the oldest that the log has.
   */
  readonly recovered: boolean;
  /** The sequence number of the newest update when the read happened. */
  readonly head: number;
  /**
   * If `recovered` is false: the text from before the first of the entries, joined, as far as the log keeps it. Nothing of the other updates is in it. A log need not keep any.
   */
  readonly kept?: readonly LogEntry[];
}

/** How to open a channel. */
export interface OpenChannelOptions {
  /**
   * The epoch to create the channel with. It makes a repeated call safe: a channel that has this epoch
   * already was created by the same call, whose answer was lost. @default one that the log chooses
   */
  readonly epoch?: string;
  /**
   * Begin anew if there is such a channel: in one step its updates and attributes are forgotten, a new
   * epoch begins, and claims on it are void. Followers hear `reset`. With a claim: only if that is still
   * the newest claim, so that of two who replace the same execution one does. @default false
   */
  readonly replace?: boolean | ChannelClaim;
}

/** How to append. */
export interface AppendOptions {
  /** Attributes to replace in the same step. */
  readonly attributes?: ChannelAttributes | undefined;
  /** Create the channel if there is none, as rooms are. @default false */
  readonly create?: boolean | undefined;
  /** Append only if this is still the newest claim. Absent: whoever has it. */
  readonly claim?: ChannelClaim | undefined;
}

/** How to follow. */
export interface FollowChannelOptions {
  /** Create the channel if there is none, as rooms are. @default false */
  readonly create?: boolean;
}

/** Where a channel stood after an append. */
export interface AppendPosition {
  readonly epoch: string;
  /** The sequence number of the last draft that was appended. */
  readonly head: number;
}

/** Stops following a channel. */
export type Unfollow = () => Promise<void>;

/** A channel that is followed, as it was when following began. */
export interface FollowedChannel extends ChannelInfo {
  readonly unfollow: Unfollow;
}

/**
 * Keeps the updates of every channel, bounded, and gives each its sequence number. All delivery
 * reads from here, so an implementation that several processes share makes the gateway span them.
 *
 * - Every method may be answered by another instance: nothing may assume that it runs in this one.
 * - An entry is identified by its channel, its epoch and its sequence number. The same entry may be
 *   another object each time.
 * - A log retries what fails for a while, and repeats an append without doubling it. It rejects with
 *   `LOG_UNAVAILABLE` when it gives up. Callers wait meanwhile and do not retry by themselves.
 * - A log that lost the newest updates of a channel goes on in a new epoch, with the attributes that
 *   the channel had. The next append tells the writer the new epoch, and followers hear `reset`.
 * - Timestamps of updates are those of whoever appends; the store's own clock decides when a channel
 *   expires. A channel that expires while nobody follows it is not announced.
 *
 * `streamLogContract` in `@hive-academy/langgraph-streaming/testing` is the specification to test
 * an implementation with.
 *
 * @publicApi
 */
export interface StreamLog {
  /**
   * Makes a channel ready to be appended to. An existing channel keeps its epoch and attributes, unless
   * it is to be replaced. What has ended can be replaced too.
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
   * Repeating a call whose answer was lost gives the same answer.
   *
   * @param seen - the newest claim that the caller knows; it claims nothing if there is a newer one
   * @param attributes - attributes to replace in the same step, with the `producer` that claims it
   * @returns the channel with its new fence; undefined when there is no such channel, it has ended, or
   * another claimed it
   * @throws StreamingError `LOG_UNAVAILABLE`
   */
  claim(
    channel: Channel,
    seen: ChannelClaim,
    attributes: ChannelAttributes & { readonly producer: string },
  ): Promise<ChannelInfo | undefined>;

  /**
   * Appends drafts in order as one step: no other writer's entries come in between.
   *
   * @returns where the channel stands now
   * @throws StreamingError `EXECUTION_NOT_ACTIVE` when the channel was never opened or has ended,
   * `EXECUTION_TAKEN_OVER` when the claim is not the newest any more, `LOG_UNAVAILABLE`
   */
  append(
    channel: Channel,
    drafts: readonly UpdateDraft[],
    options?: AppendOptions,
  ): Promise<AppendPosition>;

  /**
   * Reads what came after `after`, or from the oldest entry without it.
   *
   * @param limit - at most this many entries
   * @returns undefined when there is no such channel
   * @throws StreamingError `LOG_UNAVAILABLE`
   */
  read(channel: Channel, after?: Cursor, limit?: number): Promise<LogRead | undefined>;

  /**
   * Calls `listener` with what happens to a channel from the moment that the returned
   * {@link FollowedChannel} describes: every later entry, in order and without a gap. It may hear some
   * of the entries before that, and it may be called before the promise resolves. A listener must not
   * throw.
   *
   * @returns the channel; undefined when there is no such channel
   * @throws StreamingError `LOG_UNAVAILABLE`
   */
  follow(
    channel: Channel,
    listener: LogListener,
    options?: FollowChannelOptions,
  ): Promise<FollowedChannel | undefined>;

  /** What the log knows about a channel; undefined when there is no such channel. */
  describe(channel: Channel): Promise<ChannelInfo | undefined>;

  /**
   * No update comes any more. The channel can be read for the configured retention, then it is freed.
   *
   * @param claim - end it only if this is still the newest claim
   * @throws StreamingError `EXECUTION_TAKEN_OVER`, `LOG_UNAVAILABLE`
   */
  end(channel: Channel, claim?: ChannelClaim): Promise<void>;

  /** Forgets a channel at once. @throws StreamingError `LOG_UNAVAILABLE` */
  delete(channel: Channel): Promise<void>;

  /** Releases everything. */
  close(): Promise<void>;
}
