import type { EmitOptions } from '../../executions/emitter.js';
import type { StreamedMessage, StreamedUsage } from '../../protocol/streamed-message.js';
import type { MessageLike } from '../message-like.js';

interface OpenEnd {
  readonly end: StreamedMessage;
  readonly options: EmitOptions;
}

/**
 * What is known of growing messages and belongs to their last part. Some providers tell what each piece of
 * text cost: to stream that beside each would cut the text, which is joined, into as many updates.
 */
export class ModelEnds {
  readonly #open = new Map<string, OpenEnd>();

  /** @param emit - takes a last part */
  constructor(private readonly emit: (end: StreamedMessage, options: EmitOptions) => void) {}

  /** Takes what a piece of a message tells of the whole. */
  add(piece: MessageLike, end: StreamedMessage | undefined, options: EmitOptions): void {
    if (!end) return;
    const key = end.id ?? '';
    const whole = merge(this.#open.get(key)?.end, end);
    this.#open.set(key, { end: whole, options });
    const mayGoOn = end.finishReason === undefined && hasContent(piece);
    if (!mayGoOn) this.#send(key);
  }

  /** Sends what was kept of the messages of a task, which has ended, or of all. */
  flush(taskId?: string): void {
    for (const [key, { options }] of this.#open) {
      if (taskId === undefined || options.metadata?.['taskId'] === taskId) this.#send(key);
    }
  }

  #send(key: string): void {
    const open = this.#open.get(key);
    this.#open.delete(key);
    // The name of the model alone is in every piece of some providers, and would mark no end.
    if (open && (open.end.usage ?? open.end.finishReason ?? open.end.citations)) {
      this.emit(open.end, open.options);
    }
  }
}

function hasContent({ content }: MessageLike): boolean {
  return content.length > 0;
}

function merge(one: StreamedMessage | undefined, other: StreamedMessage): StreamedMessage {
  const usage = addUsage(one?.usage, other.usage);
  const citations = [...(one?.citations ?? []), ...(other.citations ?? [])];
  return {
    ...one,
    ...other,
    ...(usage && { usage }),
    ...(citations.length > 0 && { citations: distinct(citations) }),
  };
}

function addUsage(
  one: StreamedUsage | undefined,
  other: StreamedUsage | undefined,
): StreamedUsage | undefined {
  if (!one || !other) return one ?? other;
  const sum: Record<string, number> = { ...one };
  for (const [key, count] of Object.entries(other)) sum[key] = (sum[key] ?? 0) + Number(count);
  return sum as unknown as StreamedUsage;
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
