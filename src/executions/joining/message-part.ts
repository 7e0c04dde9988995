import { isList, isRecord } from '../../common/is-record.js';
import type { StreamedMessage } from '../../protocol/streamed-message.js';
import type { TokenOptions } from '../emitter.js';

/** A growing part of a message besides its text: its reasoning, or the arguments of a tool call. */
export interface MessagePart {
  /** The key of a part in its message. */
  readonly key: string;
  /** Makes the partial message with more of this part. */
  toMessage(content: string): StreamedMessage;
}

/** New text, its options, and its part if it is not the text of the message. */
export interface JoinedOptions extends TokenOptions {
  readonly part?: MessagePart | undefined;
}

/** The fields of a partial message that identify it, or that are empty. */
const FRAME = new Set(['id', 'role', 'content', 'partial']);

/**
 * Reads a partial message that has only more of one part, so that it can be joined with the next.
 *
 * @returns undefined for anything else, such as the first part of a call, which names the tool
 */
export function readMessagePart(
  data: unknown,
): { readonly content: string; readonly options: JoinedOptions } | undefined {
  if (!isRecord(data) || data['partial'] !== true || data['content'] !== '') return undefined;
  const { id, role, reasoning, toolCallChunks } = data;
  if (typeof id !== 'string' || typeof role !== 'string') return undefined;
  const [name, ...others] = Object.keys(data).filter(
    (key) => !FRAME.has(key) && data[key] !== undefined,
  );
  if (others.length > 0) return undefined;
  const frame = { id, role, content: '', partial: true } as const;
  const read = (
    content: string,
    key: string,
    toPart: (text: string) => Partial<StreamedMessage>,
  ) => {
    const part = { key, toMessage: (text: string) => ({ ...frame, ...toPart(text) }) };
    return { content, options: { role, messageId: id, part } };
  };
  if (name === 'reasoning' && typeof reasoning === 'string') {
    return read(reasoning, name, (text) => ({ reasoning: text }));
  }
  if (name !== 'toolCallChunks' || !isList(toolCallChunks) || toolCallChunks.length !== 1) {
    return undefined;
  }
  const { index, args, ...rest } = (toolCallChunks[0] ?? {}) as Record<string, unknown>;
  const isArgs = typeof args === 'string' && Object.keys(rest).length === 0;
  if (!isArgs || (typeof index !== 'number' && typeof index !== 'string')) return undefined;
  return read(args, `call ${JSON.stringify(index)}`, (text) => ({
    toolCallChunks: [{ index, args: text }],
  }));
}
