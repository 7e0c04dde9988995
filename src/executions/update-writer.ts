import type { UpdateDraft } from '../log/log-entry.js';
import type { ChannelAttributes, StreamLog } from '../log/stream-log.js';
import type { Channel } from '../protocol/channel.js';

/** How long a producer may keep the event loop to itself, in milliseconds. */
const TURN_MS = 10;

/**
 * Appends drafts to a channel's log in the order in which they were written, several in one step
 * when they come faster than the log takes them.
 */
export class UpdateWriter {
  #queue: UpdateDraft[] = [];
  #attributes: ChannelAttributes | undefined;
  #queuedBytes = 0;
  #draining: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;
  #turnStartedAt = performance.now();

  /**
   * @param open - resolves when the channel can be appended to; called before each batch
   * @param highWaterMarkBytes - from how many waiting bytes on {@link ready} makes a producer wait
   * @param onFailure - called once when the log refuses; nothing can be written after that
   */
  constructor(
    private readonly log: StreamLog,
    private readonly channel: Channel,
    private readonly open: () => Promise<unknown>,
    private readonly highWaterMarkBytes: number,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  /** Queues a draft, and channel attributes to be replaced in the same step. */
  write(draft: UpdateDraft, attributes?: ChannelAttributes): void {
    if (this.#failure) return;
    this.#queue.push(draft);
    this.#queuedBytes += draft.dataJson.length;
    if (attributes) this.#attributes = { ...this.#attributes, ...attributes };
    this.#draining ??= this.#drain().catch((error: unknown) => this.#fail(error));
  }

  /** Resolves when everything written so far is in the log. @throws what the log threw */
  async written(): Promise<void> {
    await this.#draining;
    if (this.#failure) throw this.#failure.error;
  }

  /** Resolves when a producer may go on: the queue is short and others had their turn. */
  async ready(): Promise<void> {
    if (this.#queuedBytes > this.highWaterMarkBytes) await this.written();
    if (performance.now() - this.#turnStartedAt < TURN_MS) return;
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.#turnStartedAt = performance.now();
  }

  async #drain(): Promise<void> {
    await this.open();
    while (this.#queue.length > 0) {
      const drafts = this.#queue;
      const attributes = this.#attributes;
      this.#queue = [];
      this.#attributes = undefined;
      this.#queuedBytes = 0;
      await this.log.append(this.channel, drafts, attributes);
    }
    this.#draining = undefined;
  }

  #fail(error: unknown): void {
    this.#failure = { error };
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#draining = undefined;
    this.onFailure(error);
  }
}
