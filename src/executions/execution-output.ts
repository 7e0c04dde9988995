import { untilAvailable } from './until-available.js';
import type { UpdateDraft } from '../log/log-entry.js';
import type { ChannelAttributes, StreamLog } from '../log/stream-log.js';
import { executionChannel, type Channel } from '../protocol/channel.js';
import type { ExecutionState } from '../protocol/execution-state.js';
import { claimExecution, type ClaimedExecution, type ExecutionAccess } from './execution-claim.js';
import type { EmitOptions } from './emitter.js';
import type { ExecutionSettings } from './execution-settings.js';
import { ExecutionWriters, type OutputEvents } from './execution-writers.js';
import type { JoinedOptions } from './joining/message-part.js';
import { TokenCoalescer } from './joining/token-coalescer.js';

/** Tokens are joined for at least this long while the log is behind, in milliseconds. */
const BEHIND_INTERVAL_MS = 250;

/**
 * The one way by which the updates of an execution reach the log: its own channel, and the rooms that
 * they are published to. Tokens are joined here, and nothing overtakes them.
 */
export class ExecutionOutput {
  readonly channel: Channel;
  /** Resolves when the channel is claimed in the log. @throws StreamingError as {@link claimExecution} */
  readonly claimed: Promise<ClaimedExecution>;
  readonly access: Promise<ExecutionAccess>;
  readonly #writers: ExecutionWriters;
  readonly #coalescer: TokenCoalescer;
  #isClosed = false;

  constructor(
    private readonly log: StreamLog,
    private readonly settings: ExecutionSettings,
    private readonly events: OutputEvents,
  ) {
    const { executionId, flushIntervalMs, flushClock } = settings;
    this.channel = executionChannel(executionId);
    this.claimed = this.#claim();
    this.access = this.claimed.then(({ access }) => access);
    const writers = new ExecutionWriters(log, this, settings, events);
    this.#writers = writers;
    this.#coalescer = new TokenCoalescer(
      (messages) => Math.max(writers.isFull ? BEHIND_INTERVAL_MS : 0, flushIntervalMs(messages)),
      (draft, rooms) => this.#write(draft, rooms),
      flushClock,
    );
  }

  get executionId(): string {
    return this.settings.executionId;
  }

  /** @param options - those that the draft was made of */
  emit(draft: UpdateDraft, { rooms, metadata }: EmitOptions): void {
    this.#coalescer.flushBefore(metadata);
    this.#write(draft, rooms);
  }

  /** Whether a text may wait as a whole. If not, the execution fails before a part of it is delivered. */
  takes(content: string): boolean {
    if (content.length <= this.settings.maxQueuedBytes) return true;
    this.events.onOverflow();
    return false;
  }

  token(content: string, options: JoinedOptions): void {
    this.#coalescer.push(content, options);
  }

  /** Tells the state of the execution, to its own viewers only. */
  announce(draft: UpdateDraft, attributes: ChannelAttributes): void {
    this.#coalescer.flush();
    this.#writers.announce(draft, attributes);
  }

  /** Resolves when a source may go on; see {@link UpdateWriter.ready}. */
  ready(): Promise<void> {
    return this.#writers.ready();
  }

  /** Sends the tokens that wait to be joined, of one node or of all. */
  flush(nodeId?: string): void {
    this.#coalescer.flush(nodeId);
  }

  /** Resolves when everything that went out so far is in the log. @throws what the log threw */
  async written(): Promise<void> {
    await this.#writers.roomsWritten();
    await this.#writers.ownWritten();
  }

  /** Sends what waits to be joined; tokens that come later go nowhere. */
  close(): void {
    this.#coalescer.close();
    this.#isClosed = true;
  }

  /** Ends the channel when all is written to it. Rooms go on. @throws what the log threw */
  async end(): Promise<void> {
    await this.#writers.ownWritten();
    const { claim } = this.#writers;
    // A guest ends nothing.
    if (claim) await this.log.end(this.channel, claim);
    await this.#writers.roomsWritten();
  }

  /**
   * Ends the channel after the log refused it, if the log does that much: then viewers need not wait,
   * and it can expire. A log that is away is waited for, since viewers are waiting too.
   */
  async abandon(draft: UpdateDraft, state: ExecutionState): Promise<void> {
    try {
      // One that could not be claimed is somebody else's.
      const claim = this.#writers.claim ?? (await this.access);
      if (claim === 'guest') return;
      try {
        await untilAvailable(() =>
          this.log.append(this.channel, [draft], { attributes: { state }, claim }),
        );
      } finally {
        await this.log.end(this.channel, claim);
      }
    } catch {
      // It refuses still; the execution was reported when it began to.
    }
  }

  /** Whether so much waits that a source should wait too. */
  get isBehind(): boolean {
    return this.#writers.isFull;
  }

  /** Whoever hears of an update as it is written can end the execution while others are about to go out. */
  #write(draft: UpdateDraft, rooms: readonly string[] | undefined): void {
    if (!this.#isClosed) this.#writers.write(draft, rooms);
  }

  async #claim(): Promise<ClaimedExecution> {
    const { executionId, owner, resumable, producer, after } = this.settings;
    const { onExists, joins, takesOver, claims } = this.settings;
    await after;
    const attributes = {
      state: 'running',
      producer,
      ...(owner ? { owner } : {}),
      ...(resumable ? { source: resumable } : {}),
    } as const;
    const request = { executionId, attributes, onExists, joins, takesOver };
    return claimExecution({ ...claims, log: this.log }, request);
  }
}
