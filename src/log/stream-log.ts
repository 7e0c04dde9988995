import type { Channel, ChannelOwner } from '../protocol/channel.js';
import type { Cursor } from '../protocol/cursor.js';
import type { ExecutionState } from '../protocol/execution-state.js';
import type { LogEntry, UpdateDraft } from './log-entry.js';

/** What the log knows about a channel besides its updates. */
export interface ChannelAttributes {
  readonly owner?: ChannelOwner;
  readonly state?: ExecutionState;
}

/** A channel as the log holds it now. */
export interface ChannelInfo extends ChannelAttributes {
  readonly channel: Channel;
  readonly epoch: string;
  /** The sequence number of the newest update; 0 when there is none yet. */
  readonly head: number;
  /** The sequence number of the oldest update that can still be read; `head + 1` when none can. */
  readonly first: number;
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
}

/** Stops following a channel. */
export type Unfollow = () => Promise<void>;

/**
 * Keeps the updates of every channel, bounded, and gives each its sequence number. All delivery
 * reads from here, so an implementation that several processes share makes the gateway span them.
 *
 * Every method may be answered by another process: nothing may assume that it runs in this one.
 * `streamLogContract` in `@hive-academy/langgraph-streaming/testing` is the specification to test
 * an implementation with.
 *
 * @publicApi
 */
export interface StreamLog {
  /**
   * Makes a channel ready to be appended to. An existing channel keeps its epoch and attributes.
   *
   * @returns the channel, and whether this call created it
   */
  open(
    channel: Channel,
    attributes?: ChannelAttributes,
  ): Promise<ChannelInfo & { readonly created: boolean }>;

  /**
   * Appends drafts in order as one step: no other writer's entries come in between.
   *
   * @param attributes - attributes to replace in the same step
   * @returns the entries with their sequence numbers
   * @throws StreamingError `EXECUTION_NOT_ACTIVE` when the channel was never opened or has ended
   */
  append(
    channel: Channel,
    drafts: readonly UpdateDraft[],
    attributes?: ChannelAttributes,
  ): Promise<readonly LogEntry[]>;

  /**
   * Reads what came after `after`, or from the oldest entry without it.
   *
   * @param limit - at most this many entries
   * @returns undefined when there is no such channel
   */
  read(channel: Channel, after?: Cursor, limit?: number): Promise<LogRead | undefined>;

  /**
   * Calls `listener` with every entry that is appended after the returned promise resolved, in
   * order, without a gap; and with no entries when the channel ended or is gone. A listener must
   * not throw.
   *
   * @returns undefined when there is no such channel
   */
  follow(
    channel: Channel,
    listener: (entries: readonly LogEntry[]) => void,
  ): Promise<Unfollow | undefined>;

  /** What the log knows about a channel; undefined when there is no such channel. */
  describe(channel: Channel): Promise<ChannelInfo | undefined>;

  /** No update comes any more. The channel can be read for the configured retention, then it is freed. */
  end(channel: Channel): Promise<void>;

  /** Forgets a channel at once. */
  delete(channel: Channel): Promise<void>;

  /** Releases everything. */
  close(): Promise<void>;
}
