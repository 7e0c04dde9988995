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
 * Writes the updates of an execution to the log: to its own channel, and to the rooms that they are published
 * to. Tokens are joined here, and no later update overtakes them.
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

  /** @param options - the options that the draft was made of */
  emit(draft: UpdateDraft, { rooms, metadata }: EmitOptions): void {
    this.#coalescer.flushBefore(metadata);
    this.#write(draft, rooms);
  }

  /**
   * Returns whether a whole text may wait. If not, the execution fails before a part of the text is
   * delivered.
   */
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

  /** Resolves when a source may continue; see {@link UpdateWriter.ready}. */
  ready(): Promise<void> {
    return this.#writers.ready();
  }

  /** Sends the tokens that wait to be joined, of one node or of all. */
  flush(nodeId?: string): void {
    this.#coalescer.flush(nodeId);
  }

  /** Resolves when all updates so far are in the log. @throws the error of the log */
  async written(): Promise<void> {
    await this.#writers.roomsWritten();
    await this.#writers.ownWritten();
  }

  /** Sends the waiting tokens. Later tokens are dropped. */
  close(): void {
    this.#coalescer.close();
    this.#isClosed = true;
  }

  /** Ends the channel after all its updates are written. Rooms continue. @throws the error of the log */
  async end(): Promise<void> {
    await this.#writers.ownWritten();
    const { claim } = this.#writers;
    // A guest does not end the channel.
    if (claim) await this.log.end(this.channel, claim);
    await this.#writers.roomsWritten();
  }

  /**
   * Tries to end the channel after the log has refused updates. Then viewers need not wait, and the channel
   * can expire. If the log is unavailable, waits for it, because viewers wait too.
   */
  async abandon(draft: UpdateDraft, state: ExecutionState): Promise<void> {
    try {
      // A channel that could not be claimed belongs to another execution.
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
      // The log still refuses. The failure of the execution is already logged.
    }
  }

  /** Whether so much waits that a source should wait too. */
  get isBehind(): boolean {
    return this.#writers.isFull;
  }

  /** A listener of an update can end the execution before the next update is written. */
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
