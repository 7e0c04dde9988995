import { StreamingError } from '../errors/streaming.error.js';
import type { UpdateDraft } from '../log/log-entry.js';
import type { ChannelAttributes, ChannelClaim, StreamLog } from '../log/stream-log.js';
import { executionChannel, type Channel } from '../protocol/channel.js';
import type { ExecutionState } from '../protocol/execution-state.js';
import type { EmitOptions, TokenOptions } from './execution-source.js';
import type { ExecutionSettings } from './execution-settings.js';
import { RoomWriters } from './room-writers.js';
import { TokenCoalescer } from './joining/token-coalescer.js';
import { UpdateWriter } from './update-writer.js';

/** Tokens are joined for at least this long while the log is behind, in milliseconds. */
const BEHIND_INTERVAL_MS = 250;

/** What an output tells. */
export interface OutputEvents {
  /** The log refused the execution's channel; nothing more can be written to it. */
  readonly onFailure: (error: unknown) => void;
  /** The log refused a room. */
  readonly onRoomFailure: (error: unknown) => void;
  /** More waits than the bounds allow. */
  readonly onOverflow: () => void;
}

/**
 * The one way by which the updates of an execution reach the log: its own channel, and the rooms that
 * they are published to. Tokens are joined here, and nothing overtakes them.
 */
export class ExecutionOutput {
  readonly channel: Channel;
  /** Resolves when the channel is claimed in the log. @throws StreamingError `EXECUTION_EXISTS` */
  readonly claimed: Promise<ChannelClaim>;
  readonly #writer: UpdateWriter;
  readonly #rooms: RoomWriters;
  readonly #coalescer: TokenCoalescer;

  constructor(
    private readonly log: StreamLog,
    private readonly settings: ExecutionSettings,
    { onFailure, onRoomFailure, onOverflow }: OutputEvents,
  ) {
    const { executionId, flushIntervalMs, flushClock } = settings;
    this.channel = executionChannel(executionId);
    this.claimed = this.#claim();
    this.#writer = new UpdateWriter(log, this.channel, this.claimed, settings, {
      onFailure,
      onOverflow,
    });
    this.#rooms = new RoomWriters(log, executionId, settings, {
      onFailure: onRoomFailure,
      onOverflow,
    });
    this.#coalescer = new TokenCoalescer(
      (messages) => Math.max(this.isBehind ? BEHIND_INTERVAL_MS : 0, flushIntervalMs(messages)),
      (draft, rooms) => this.#write(draft, rooms),
      flushClock,
    );
  }

  /** @param options - those that the draft was made of */
  emit(draft: UpdateDraft, { rooms, metadata }: EmitOptions): void {
    this.#coalescer.flushBefore(metadata);
    this.#write(draft, rooms);
  }

  token(content: string, options: TokenOptions): void {
    this.#coalescer.push(content, options);
  }

  /** Tells the state of the execution, to its own viewers only. */
  announce(draft: UpdateDraft, attributes: ChannelAttributes): void {
    this.#coalescer.flush();
    this.#writer.write(draft, attributes);
  }

  /** Resolves when a source may go on; see {@link UpdateWriter.ready}. */
  ready(): Promise<void> {
    const own = this.#writer.ready();
    return this.#rooms.isFull ? own.then(() => this.#rooms.drained()) : own;
  }

  /** Sends the tokens that wait to be joined, of one node or of all. */
  flush(nodeId?: string): void {
    this.#coalescer.flush(nodeId);
  }

  /** Resolves when everything that went out so far is in the log. @throws what the log threw */
  async written(): Promise<void> {
    await this.#rooms.written();
    await this.#writer.written();
  }

  /** Sends what waits to be joined; tokens that come later go nowhere. */
  close(): void {
    this.#coalescer.close();
  }

  /** Ends the channel when all is written to it. Rooms go on. @throws what the log threw */
  async end(): Promise<void> {
    await this.#writer.written();
    await this.log.end(this.channel, this.#writer.claim);
    await this.#rooms.written();
  }

  /**
   * Ends the channel after the log refused it, if the log does that much: then viewers need not wait,
   * and it can expire.
   */
  async abandon(draft: UpdateDraft, state: ExecutionState): Promise<void> {
    try {
      // One that could not be claimed is somebody else's.
      const claim = this.#writer.claim ?? (await this.claimed);
      try {
        await this.log.append(this.channel, [draft], { attributes: { state }, claim });
      } finally {
        await this.log.end(this.channel, claim);
      }
    } catch {
      // It refuses still; the execution was reported when it began to.
    }
  }

  /** Whether so much waits that a source should wait too. */
  get isBehind(): boolean {
    return this.#writer.isFull || this.#rooms.isFull;
  }

  #write(draft: UpdateDraft, rooms: readonly string[] | undefined): void {
    this.#writer.write(draft);
    if (rooms) this.#rooms.write(draft, rooms);
  }

  async #claim(): Promise<ChannelClaim> {
    const { owner, producer, replace = false, after } = this.settings;
    await after;
    const attributes = { state: 'running', producer, ...(owner ? { owner } : {}) } as const;
    const { created, epoch, fence } = await this.log.open(this.channel, attributes, { replace });
    if (created) return { epoch, fence };
    throw new StreamingError(
      'EXECUTION_EXISTS',
      'An execution with this id exists already; choose another id or leave it out.',
    );
  }
}
