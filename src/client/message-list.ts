import type { StreamUpdate, StreamUpdateMetadata } from '../protocol/stream-update.js';
import type { StreamedMessage, StreamedUsage } from '../protocol/streamed-message.js';

import { isOfTask, taskPath } from './task-path.js';

/** A message, and where it comes from. */
interface Entry {
  readonly message: StreamedMessage;
  /** The task and the tasks above it. Each part ends with `:task,`. */
  readonly path: string;
  readonly nodeId: string | undefined;
}

/**
 * The messages of a stream. Tokens and partial messages extend them, and whole messages replace them. The
 * messages of a failed attempt are removed.
 */
export class MessageList {
  #entries: Entry[];
  #all: readonly StreamedMessage[] | undefined;

  constructor(messages: readonly StreamedMessage[] = []) {
    this.#entries = messages.map((message) => ({ message, path: '', nodeId: undefined }));
  }

  /** The messages. The array and its objects stay the same until they change. */
  get all(): readonly StreamedMessage[] {
    return (this.#all ??= this.#entries.map(({ message }) => message));
  }

  /** The usage of all messages together. */
  get usage(): StreamedUsage | undefined {
    return this.all.reduce<StreamedUsage | undefined>(
      (sum, { usage }) => sumOf(sum, usage),
      undefined,
    );
  }

  add({ type, data, metadata }: StreamUpdate): void {
    if (type === 'node:retry')
      this.#change(this.#entries.filter(({ path }) => !isOfTask(path, data?.taskId)));
    const message =
      type === 'token'
        ? {
            id: data?.messageId,
            role: data?.role ?? 'assistant',
            partial: true,
            content: data?.content,
          }
        : type === 'messages' && data;
    // A source may emit any data with any type.
    if (message && typeof message.content === 'string')
      this.#put(message as StreamedMessage, metadata);
  }

  clear(): void {
    this.#change([]);
  }

  /** A part extends its message. A whole message replaces it. */
  #put(
    { partial, ...message }: StreamedMessage,
    metadata: Partial<StreamUpdateMetadata> = {},
  ): void {
    const { nodeId } = metadata;
    const index = partial || message.id ? this.#indexOf(message.id, nodeId) : -1;
    const before = partial && this.#entries[index]?.message;
    const entry = {
      message: before ? joined(before, message) : message,
      nodeId,
      path: taskPath(metadata),
    };
    this.#entries[index < 0 ? this.#entries.length : index] = entry;
    this.#all = undefined;
  }

  /** Text without the id of a message is added to the last message, if the same node wrote it. */
  #indexOf(id: string | undefined, nodeId: string | undefined): number {
    if (id) return this.#entries.findLastIndex(({ message }) => message.id === id);
    const last = this.#entries.at(-1);
    const isSame = last?.message.id === undefined && last?.nodeId === nodeId;
    return last && isSame ? this.#entries.length - 1 : -1;
  }

  #change(entries: Entry[]): void {
    this.#entries = entries;
    this.#all = undefined;
  }
}

/**
 * Adds a part to a message. Text and lists are extended; of every other field the first value stays. The
 * parts of a tool call stay separate: join the `args` of one `index`.
 */
function joined(message: StreamedMessage, part: StreamedMessage): StreamedMessage {
  const result: Record<string, unknown> = { ...message };
  for (const [key, value] of Object.entries(part) as [string, unknown][]) {
    const before = result[key];
    if (Array.isArray(before)) result[key] = [...(before as unknown[]), ...(value as unknown[])];
    else if (key === 'content' || key === 'reasoning')
      result[key] = ((before ?? '') as string) + (value as string);
    else if (key === 'usage') result[key] = sumOf(message.usage, part.usage);
    else result[key] ??= value;
  }
  return result as unknown as StreamedMessage;
}

function sumOf(a?: StreamedUsage, b?: StreamedUsage): StreamedUsage | undefined {
  if (!a || !b) return a ?? b;
  const sum: Record<string, number> = { ...a };
  for (const [key, value] of Object.entries<number>({ ...b })) sum[key] = (sum[key] ?? 0) + value;
  return sum as unknown as StreamedUsage;
}
