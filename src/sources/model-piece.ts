import type { StreamedMessage } from '../protocol/streamed-message.js';
import type { StreamEventName } from '../protocol/stream-event-type.js';
import { toPlainData } from './plain-data.js';
import { splitModelOutput, type MessageLike } from './streamed-message.js';

/** A piece of the output of a model or another speaker. */
export interface ModelPiece {
  /** The text to stream as a token. It may be empty. */
  readonly text?: string | undefined;
  readonly role?: string | undefined;
  readonly messageId?: string | undefined;
  /** The index of the text block, if the message has several. */
  readonly blockIndex?: number | undefined;
  /** Output that is not text, as a message or a partial message. */
  readonly message?: StreamedMessage | undefined;
  /** Another update in the item. */
  readonly update?: { readonly type: StreamEventName; readonly data: unknown } | undefined;
  /** The node, if the item names it. */
  readonly nodeId?: string | undefined;
  /** The error with which the stream failed. */
  readonly failure?: { readonly error: unknown } | undefined;
}

/** Reads a LangChain message, a chunk of a message, or an object with content. */
export function piecesOfMessage(message: MessageLike): ModelPiece[] {
  const { texts, role, messageId, rest, end } = splitModelOutput(message);
  return [
    ...(rest ? [{ messageId, message: rest }] : []),
    ...texts.map(({ text, blockIndex }) => ({ text, blockIndex, role, messageId })),
    ...(end ? [{ messageId, message: end }] : []),
  ];
}

/** The fields of a partial message of an assistant, besides text. */
export type MessageFacts = Omit<StreamedMessage, 'id' | 'role' | 'content' | 'partial'>;

/** A piece of an assistant's message that is not text. */
export function partOf(messageId: string | undefined, facts: MessageFacts): ModelPiece {
  const message = {
    id: messageId,
    role: 'assistant',
    content: '',
    partial: true,
    ...facts,
  } as const;
  return { messageId, message };
}

/** A piece of an assistant's text; none when it is empty. */
export function textOfAssistant(messageId: string | undefined, text: unknown): ModelPiece[] {
  return typeof text === 'string' && text !== '' ? [{ text, role: 'assistant', messageId }] : [];
}

/** A piece of an assistant's reasoning; none when it is empty. */
export function reasoningOfAssistant(
  messageId: string | undefined,
  reasoning: unknown,
): ModelPiece[] {
  const hasText = typeof reasoning === 'string' && reasoning !== '';
  return hasText ? [partOf(messageId, { reasoning })] : [];
}

/** The text that viewers get if a tool fails, without internal details. */
export const TOOL_FAILED = 'The tool failed.';

/** The answer of a tool. */
export function toolAnswer(answer: {
  readonly toolCallId: string | undefined;
  readonly name?: string | undefined;
  readonly output: unknown;
  readonly failed?: boolean;
}): ModelPiece {
  const { toolCallId, name, output, failed = false } = answer;
  return {
    message: {
      role: 'tool',
      content: typeof output === 'string' ? output : (JSON.stringify(toPlainData(output)) ?? ''),
      ...(name !== undefined && { name }),
      ...(toolCallId !== undefined && { toolCallId }),
      ...(failed && { status: 'error' }),
    },
  };
}
