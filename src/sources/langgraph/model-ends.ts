import type { EmitOptions } from '../../executions/emitter.js';
import type { StreamedMessage, StreamedUsage } from '../../protocol/streamed-message.js';
import type { MessageLike } from '../message-like.js';

interface OpenEnd {
  readonly end: StreamedMessage;
  readonly options: EmitOptions;
}

/**
 * Collects facts about growing messages for their last part. Some providers report the usage of each piece of
 * text. If each report were streamed, the joined text would be split into as many updates.
 */
export class ModelEnds {
  readonly #open = new Map<string, OpenEnd>();

  /** @param emit - streams a last part */
  constructor(private readonly emit: (end: StreamedMessage, options: EmitOptions) => void) {}

  /** Collects the facts about the whole message from a piece of it. */
  add(piece: MessageLike, end: StreamedMessage | undefined, options: EmitOptions): void {
    if (!end) return;
    const key = end.id ?? '';
    const whole = merge(this.#open.get(key)?.end, end);
    this.#open.set(key, { end: whole, options });
    const mayGoOn = end.finishReason === undefined && hasContent(piece);
    if (!mayGoOn) this.#send(key);
  }

  /** Sends the last parts of the messages of an ended task, or of all messages. */
  flush(taskId?: string): void {
    for (const [key, { options }] of this.#open) {
      if (taskId === undefined || options.metadata?.['taskId'] === taskId) this.#send(key);
    }
  }

  #send(key: string): void {
    const open = this.#open.get(key);
    this.#open.delete(key);
    // Some providers send the name of the model in every piece, so the name alone does not mark the end.
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
