import type { UpdateDraft } from '../log/log-entry.js';
import type { ChannelAttributes, StreamLog } from '../log/stream-log.js';
import type { Channel } from '../protocol/channel.js';
import { deferred, type Deferred } from '../common/deferred.js';

/** How long a producer may keep the event loop to itself, in milliseconds. */
const TURN_MS = 10;

/** About what a draft takes besides its texts, so that many small ones are bounded as few large are. */
const DRAFT_BYTES = 100;

/** How much may wait for the log, in bytes. */
export interface WriterBounds {
  /** From here on {@link UpdateWriter.ready} makes a producer wait. */
  readonly highWaterMarkBytes: number;
  /** A producer that does not wait may go on until here. */
  readonly maxQueuedBytes: number;
}

/** What a writer tells. */
export interface WriterEvents {
  /** The log refused; nothing can be written any more. Called once. */
  readonly onFailure: (error: unknown) => void;
  /** More waits than the bounds allow. */
  readonly onOverflow: () => void;
}

/**
 * Appends drafts to a channel's log in the order in which they were written, several in one step
 * when they come faster than the log takes them.
 */
export class UpdateWriter {
  #queue: UpdateDraft[] = [];
  #attributes: ChannelAttributes | undefined;
  #queuedBytes = 0;
  #isDraining = false;
  /** Whoever waits until the queue is empty. */
  #emptied: Deferred<void> | undefined;
  #failure: { readonly error: unknown } | undefined;
  #turnStartedAt = performance.now();

  /**
   * @param open - resolves when the channel can be appended to; called before each batch
   */
  constructor(
    private readonly log: StreamLog,
    private readonly channel: Channel,
    private readonly open: () => Promise<unknown>,
    private readonly bounds: WriterBounds,
    private readonly events: WriterEvents,
  ) {}

  /** Whether so much waits that a producer should wait too. */
  get isFull(): boolean {
    return this.#queuedBytes > this.bounds.highWaterMarkBytes;
  }

  /** Queues a draft, and channel attributes to be replaced in the same step. */
  write(draft: UpdateDraft, attributes?: ChannelAttributes): void {
    if (this.#failure) return;
    this.#queue.push(draft);
    this.#queuedBytes += DRAFT_BYTES + draft.dataJson.length + draft.metadataJson.length;
    if (attributes) this.#attributes = { ...this.#attributes, ...attributes };
    if (!this.#isDraining) this.#drain();
    if (this.#queuedBytes > this.bounds.maxQueuedBytes) this.events.onOverflow();
  }

  /** Resolves when everything written so far is in the log. @throws what the log threw */
  async written(): Promise<void> {
    if (this.#isDraining) await (this.#emptied ??= deferred()).promise;
    if (this.#failure) throw this.#failure.error;
  }

  /** Resolves when a producer may go on: the queue is short and others had their turn. */
  async ready(): Promise<void> {
    if (this.isFull) await this.written();
    if (performance.now() - this.#turnStartedAt < TURN_MS) return;
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.#turnStartedAt = performance.now();
  }

  // Callbacks that are made once, rather than an async function: this runs for each update, and what
  // costs here is the number of promises.

  #drain(): void {
    this.#isDraining = true;
    this.#call(() => this.open(), this.#appendQueue);
  }

  readonly #appendQueue = (): void => {
    const drafts = this.#queue;
    const attributes = this.#attributes;
    this.#queue = [];
    this.#attributes = undefined;
    this.#queuedBytes = 0;
    this.#call(() => this.log.append(this.channel, drafts, attributes), this.#appended);
  };

  readonly #appended = (): void => {
    if (this.#queue.length > 0) this.#appendQueue();
    else this.#settle();
  };

  readonly #fail = (error: unknown): void => {
    this.#failure = { error };
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#settle();
    this.events.onFailure(error);
  };

  /** Asks the log, which may also throw at once. */
  #call(ask: () => Promise<unknown>, answered: () => void): void {
    try {
      ask().then(answered, this.#fail);
    } catch (error) {
      this.#fail(error);
    }
  }

  #settle(): void {
    this.#isDraining = false;
    this.#emptied?.resolve();
    this.#emptied = undefined;
  }
}
