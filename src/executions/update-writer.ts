import type { UpdateDraft } from '../log/log-entry.js';
import { canAppendNow } from '../log/memory-stream-log.js';
import type {
  AppendOptions,
  AppendPosition,
  ChannelAttributes,
  ChannelClaim,
  StreamLog,
} from '../log/stream-log.js';
import type { Channel } from '../protocol/channel.js';
import { currentStep } from '../common/current-step.js';
import { deferred, type Deferred } from '../common/deferred.js';
import { isControlEvent } from '../protocol/control-event-name.js';
import type { ExecutionAccess } from './execution-claim.js';
import type { WaitingBytes } from './waiting-bytes.js';

/** How long a producer may block the event loop, in milliseconds. */
const TURN_MS = 10;

/** The approximate size of a draft besides its texts, so that many small drafts are limited too. */
const DRAFT_BYTES = 100;

const UNCLAIMED = Promise.resolve(undefined);

/** How much of one channel may wait for the log, in bytes. */
export interface QueueBounds {
  /** From this size on, {@link UpdateWriter.ready} makes a producer wait. */
  readonly highWaterMarkBytes: number;
  /** The largest size for a producer that does not wait. */
  readonly maxQueuedBytes: number;
}

/** How much may wait for the log. */
export interface WriterBounds extends QueueBounds {
  /** The waiting bytes of the whole instance. */
  readonly waiting: WaitingBytes;
}

/** The functions that a writer calls. */
export interface WriterEvents {
  /** The log has refused, and nothing can be written any more. Called once. */
  readonly onFailure: (error: unknown) => void;
  /** More data waits than the limits allow. */
  readonly onOverflow: () => void;
}

/**
 * Appends drafts to a channel's log in the order in which they were written, and several in one step if they
 * come faster than the log accepts them.
 */
export class UpdateWriter {
  #queue: UpdateDraft[] = [];
  #attributes: ChannelAttributes | undefined;
  #queuedBytes = 0;
  /** The drafts for which the log has not answered yet. */
  #appendingBytes = 0;
  #claim: ChannelClaim | undefined;
  /** Whether it writes into an execution of another instance. Then it must not change the state. */
  #isGuest = false;
  #isDraining = false;
  /** The synchronous step in which it last appended directly. */
  #appendedIn = -1;
  /** Callers that wait until the queue is empty. */
  #emptied: Deferred<void> | undefined;
  #failure: { readonly error: unknown } | undefined;
  #turnStartedAt = performance.now();

  /**
   * @param claimed - resolves with the claim; absent for a channel that needs no claim and is created if it
   * does not exist
   */
  constructor(
    private readonly log: StreamLog,
    private readonly channel: Channel,
    private readonly claimed: Promise<ExecutionAccess> | undefined,
    private readonly bounds: WriterBounds,
    private readonly events: WriterEvents,
  ) {}

  /** The claim by which it appends; undefined before the first append. */
  get claim(): ChannelClaim | undefined {
    return this.#claim;
  }

  /** Whether so much waits that a producer should wait too. */
  get isFull(): boolean {
    const { highWaterMarkBytes, waiting } = this.bounds;
    if (this.#queuedBytes > highWaterMarkBytes) return true;
    return waiting.isFull && this.#queuedBytes + this.#appendingBytes > 0;
  }

  /** Queues a draft, and channel attributes to be replaced in the same step. */
  write(draft: UpdateDraft, attributes?: ChannelAttributes): void {
    if (this.#failure) return;
    const bytes = DRAFT_BYTES + draft.dataJson.length + draft.metadataJson.length;
    // The update alone is too large to wait, so the execution fails before the update is delivered.
    if (!attributes && bytes > this.bounds.maxQueuedBytes) {
      this.events.onOverflow();
      return;
    }
    if (this.#appendsNow(draft, attributes)) return;
    this.#queue.push(draft);
    this.#queuedBytes += bytes;
    this.bounds.waiting.add(bytes);
    if (attributes) this.#attributes = { ...this.#attributes, ...attributes };
    if (!this.#isDraining) this.#drain();
    const { maxQueuedBytes, waiting } = this.bounds;
    if (this.#queuedBytes > maxQueuedBytes || waiting.isExceeded) this.events.onOverflow();
  }

  /** Resolves when everything written so far is in the log. @throws what the log threw */
  async written(): Promise<void> {
    if (this.#isDraining) await (this.#emptied ??= deferred()).promise;
    if (this.#failure) throw this.#failure.error;
  }

  /** Resolves when a producer may continue: the queue is short, and other tasks had their turn. */
  async ready(): Promise<void> {
    if (performance.now() - this.#turnStartedAt >= TURN_MS) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      this.#turnStartedAt = performance.now();
    }
    if (this.isFull) await this.written();
  }

  /**
   * Appends directly if the log can append synchronously: most updates come alone, and promises would cost
   * more than the append. Updates that come together in one step of the source are queued, so that they are
   * appended in one step.
   */
  #appendsNow(draft: UpdateDraft, attributes: ChannelAttributes | undefined): boolean {
    if (this.#isDraining || !this.#claim || !canAppendNow(this.log)) return false;
    const step = currentStep();
    if (step === this.#appendedIn) return false;
    this.#appendedIn = step;
    // If a follower makes the source write now, this write comes later.
    this.#isDraining = true;
    try {
      const { epoch } = this.log.appendNow(this.channel, [draft], this.#optionsFor(attributes));
      this.#keepUpWith(epoch);
    } catch (error) {
      // An error must not be thrown in the step of the source.
      queueMicrotask(() => this.#fail(error));
      return true;
    }
    if (this.#queue.length > 0) queueMicrotask(this.#appendQueue);
    else this.#settle();
    return true;
  }

  // These callbacks are made once, instead of an async function. This code runs for each update, and its cost
  // depends on the number of promises.

  #drain(): void {
    this.#isDraining = true;
    // Without a claim too, updates of one step of the source are appended in one step.
    (this.claimed ?? UNCLAIMED).then(this.#begin, this.#fail);
  }

  readonly #begin = (access: ExecutionAccess | undefined): void => {
    if (access === 'guest') this.#isGuest = true;
    else this.#claim ??= access;
    this.#appendQueue();
  };

  readonly #appendQueue = (): void => {
    const drafts = this.#isGuest ? withoutState(this.#queue) : this.#queue;
    const attributes = this.#attributes;
    this.#queue = [];
    this.#attributes = undefined;
    this.#appendingBytes = this.#queuedBytes;
    this.#queuedBytes = 0;
    // A log may also throw synchronously.
    try {
      this.log
        .append(this.channel, drafts, this.#optionsFor(attributes))
        .then(this.#appended, this.#fail);
    } catch (error) {
      this.#fail(error);
    }
  };

  readonly #appended = ({ epoch }: AppendPosition): void => {
    this.#answered();
    this.#keepUpWith(epoch);
    if (this.#queue.length > 0) this.#appendQueue();
    else this.#settle();
  };

  readonly #fail = (error: unknown): void => {
    this.#failure = { error };
    this.#queue = [];
    this.#appendingBytes += this.#queuedBytes;
    this.#queuedBytes = 0;
    this.#answered();
    this.#settle();
    this.events.onFailure(error);
  };

  /** A log that has lost data continues in another epoch. */
  #keepUpWith(epoch: string): void {
    if (this.#claim && this.#claim.epoch !== epoch) this.#claim = { ...this.#claim, epoch };
  }

  #optionsFor(attributes: ChannelAttributes | undefined): AppendOptions {
    if (this.#isGuest) return {};
    const claim = this.#claim;
    return claim ? { attributes, claim } : { attributes, create: true };
  }

  #answered(): void {
    this.bounds.waiting.remove(this.#appendingBytes);
    this.#appendingBytes = 0;
  }

  #settle(): void {
    this.#isDraining = false;
    this.#emptied?.resolve();
    this.#emptied = undefined;
  }
}

function withoutState(drafts: readonly UpdateDraft[]): UpdateDraft[] {
  return drafts.filter(({ type }) => !isControlEvent(type));
}
