import { BriefSet } from '../../common/brief-set.js';
import { draftUpdate, encodeMetadata, type UpdateDraft } from '../../log/log-entry.js';
import { StreamEventType } from '../../protocol/stream-event-type.js';
import type { TokenOptions } from '../emitter.js';
import type { Flushable, FlushClock, FlushSlot } from './flush-clock.js';
import {
  areOrdered,
  continues,
  endsInHalf,
  isOf,
  scopeOf,
  splitHalf,
  wellFormed,
  type GrowingText,
  type Lane,
  type PendingText,
} from './growing-text.js';
import type { JoinedOptions } from './message-part.js';

/** Joined text of this length is sent without waiting, so that memory is limited if a source never pauses. */
const MAX_JOINED_LENGTH = 8_192;

/** How many texts are kept before idle texts are removed. */
const SWEEP_AT = 256;

/** How often ended texts are removed, in milliseconds. */
const SWEEP_AFTER_MS = 1_000;

/**
 * Joins the tokens of each message. The first token after a silence is sent immediately. Tokens that follow
 * within the interval are joined into one update.
 *
 * Messages that grow at the same time do not split each other's text. Updates of one place stay in order: a
 * new message there first sends the waiting text of earlier messages, and {@link flushBefore} is called
 * before other updates of the execution.
 */
export class TokenCoalescer implements Flushable {
  /** Where the clock wakes it. */
  slot: FlushSlot | undefined = undefined;
  readonly #lanes = new Map<string, Lane>();
  /** The texts that have something to send, in the order in which they began to wait. */
  readonly #waiting = new BriefSet<GrowingText>();
  #texts = 0;
  /** The text of the last token. */
  #last: GrowingText | undefined;
  #sweepAt = SWEEP_AT;
  #sweptAt = performance.now();

  /**
   * @param intervalMs - returns the interval for tokens without an interval. It is called when text begins to
   * wait, because it depends on the load and on the number of growing messages. With 0, nothing is joined.
   * @param emit - takes a joined update
   * @param clock - wakes it up when text is due
   */
  constructor(
    private readonly intervalMs: (messages: number) => number,
    private readonly emit: (draft: UpdateDraft, rooms: readonly string[] | undefined) => void,
    private readonly clock: FlushClock,
  ) {}

  /** How many texts it knows. */
  get rememberedTexts(): number {
    return this.#texts;
  }

  /** How many characters wait. */
  get pendingLength(): number {
    let length = 0;
    for (const { pending } of this.#waiting) length += pending?.content.length ?? 0;
    return length;
  }

  /** @throws StreamingError `UPDATE_NOT_SERIALIZABLE` here, where the caller can catch it */
  push(content: string, options: JoinedOptions): void {
    if (content === '') return;
    const metadataJson = options.metadata ? encodeMetadata(options.metadata) : '';
    const text = this.#text(options);
    if (!text.half && !endsInHalf(content)) {
      this.#add(text, content, options, metadataJson);
      return;
    }
    const { whole, half } = splitHalf((text.half?.content ?? '') + content);
    text.half = half === '' ? undefined : { content: half, options, metadataJson };
    this.#add(text, whole, options, metadataJson);
  }

  #add(text: GrowingText, content: string, options: JoinedOptions, metadataJson: string): void {
    if (content === '') return;
    if (text.pending && !continues(text.pending, options, metadataJson)) this.#flushText(text);
    const pending = (text.pending ??= this.#begin(text, options, metadataJson));
    pending.content += content;
    pending.count += 1;
    if (
      !pending.waits ||
      options.priority === 'high' ||
      pending.content.length >= MAX_JOINED_LENGTH ||
      (options.batchSize !== undefined && pending.count >= options.batchSize)
    ) {
      this.#flushText(text);
    }
  }

  /** Sends what waits, of one node or of all. */
  flush(nodeId?: string): void {
    for (const text of this.#waiting) {
      if (nodeId === undefined || text.lane.nodeId === nodeId) this.#flushText(text);
    }
  }

  /** Sends the waiting text that must come before an update with this metadata. */
  flushBefore(metadata: TokenOptions['metadata']): void {
    if (this.#waiting.size === 0) return;
    const scope = scopeOf(metadata);
    for (const text of this.#waiting) if (areOrdered(text.lane, scope)) this.#flushText(text);
  }

  /** Sends the waiting text, and stops. */
  close(): void {
    for (const { texts } of this.#lanes.values()) {
      for (const text of texts.values()) this.#endHalf(text);
    }
    this.flush();
    this.clock.cancel(this);
    this.#lanes.clear();
    this.#last = undefined;
    this.#texts = 0;
  }

  /** Sends the text whose interval is over. */
  flushDue(): void {
    for (const text of this.#waiting) {
      if (this.clock.isDue(text.wakesAt)) this.#flushText(text);
      else this.clock.wakeAt(this, text.wakesAt);
    }
    if (this.#mustSweep()) this.#sweep();
  }

  /** New text begins to wait. After a silence longer than the interval, it is sent immediately. */
  #begin(text: GrowingText, options: JoinedOptions, metadataJson: string): PendingText {
    const { role, messageId, blockIndex, flushIntervalMs, part } = options;
    text.intervalMs = flushIntervalMs ?? this.intervalMs(this.#texts);
    const dueAt = text.flushedAt + text.intervalMs;
    // The first text of each part is sent immediately, such as the first word after the reasoning.
    const waits = performance.now() < dueAt && text.flushedPart === part?.key;
    if (waits) {
      text.wakesAt = this.clock.schedule(this, dueAt, text.intervalMs);
      this.#waiting.add(text);
    }
    return {
      content: '',
      count: 0,
      role,
      messageId,
      blockIndex,
      part,
      flushIntervalMs,
      metadataJson,
      targets: options.targets && [...options.targets],
      rooms: options.rooms && [...options.rooms],
      waits,
    };
  }

  #text(options: TokenOptions): GrowingText {
    // Nearly every token belongs to the same text as the token before it.
    if (!this.#last || !isOf(this.#last, options)) this.#last = this.#find(options);
    return this.#last;
  }

  #find(options: TokenOptions): GrowingText {
    if (this.#mustSweep()) this.#sweep();
    const { messageId } = options;
    const lane = this.#lane(options);
    const named = messageId !== undefined;
    const known = lane.texts.get(messageId);
    if (!known || lane.named !== named) this.#flushLane(lane);
    lane.named = named;
    if (known) return known;

    const flushedAt = Number.NEGATIVE_INFINITY;
    const text: GrowingText = {
      lane,
      messageId,
      flushedAt,
      flushedPart: undefined,
      intervalMs: 0,
      wakesAt: 0,
      pending: undefined,
      half: undefined,
    };
    lane.texts.set(messageId, text);
    this.#lanes.set(keyOf(lane), lane);
    this.#texts += 1;
    return text;
  }

  #lane({ nodeId, metadata, messageId }: TokenOptions): Lane {
    const { taskId, namespace } = scopeOf(metadata);
    const lane = this.#lanes.get(keyOf({ nodeId, taskId }));
    return lane ?? { nodeId, taskId, namespace, texts: new Map(), named: messageId !== undefined };
  }

  /** The other half of a character will not come. */
  #endHalf(text: GrowingText): void {
    const { half } = text;
    if (!half) return;
    text.half = undefined;
    this.#add(text, half.content, half.options, half.metadataJson);
  }

  #flushLane({ texts }: Lane): void {
    for (const text of texts.values()) this.#flushText(text);
  }

  #flushText(text: GrowingText): void {
    const { pending, lane } = text;
    if (!pending) return;
    const { metadataJson, targets, rooms, part, waits } = pending;
    const { nodeId } = lane;
    text.pending = undefined;
    if (waits) this.#waiting.delete(text);
    text.flushedAt = performance.now();
    text.flushedPart = part?.key;
    const { type, data } = typedData(pending);
    this.emit(draftUpdate({ type, data, nodeId, targets }, metadataJson), rooms);
  }

  /** From time to time, so that there are about as many texts as growing messages. */
  #mustSweep(): boolean {
    return this.#texts >= this.#sweepAt || performance.now() - this.#sweptAt > SWEEP_AFTER_MS;
  }

  /** Removes texts that may begin again without harm. */
  #sweep(): void {
    const now = performance.now();
    this.#sweptAt = now;
    this.#last = undefined;
    for (const [key, { texts }] of this.#lanes) {
      for (const [messageId, { pending, half, flushedAt, intervalMs }] of texts) {
        if (!pending && !half && flushedAt + intervalMs <= now) texts.delete(messageId);
      }
      if (texts.size === 0) this.#lanes.delete(key);
    }
    this.#texts = [...this.#lanes.values()].reduce((sum, { texts }) => sum + texts.size, 0);
    this.#sweepAt = Math.max(SWEEP_AT, this.#texts * 2);
  }
}

function keyOf({ nodeId, taskId }: Pick<Lane, 'nodeId' | 'taskId'>): string {
  return `${nodeId ?? ''}\n${taskId ?? ''}`;
}

function typedData({ content, role, messageId, blockIndex, part }: PendingText) {
  const text = wellFormed(content);
  if (part) return { type: StreamEventType.MESSAGES, data: part.toMessage(text) };
  return { type: StreamEventType.TOKEN, data: { content: text, role, messageId, blockIndex } };
}
