import type { StreamedMessage } from '../protocol/streamed-message.js';
import type { StreamEventName } from '../protocol/stream-event-type.js';
import { toPlainData } from './plain-data.js';
import { splitModelOutput, type MessageLike } from './streamed-message.js';

/** A piece of what a model, or somebody else, says. */
export interface ModelPiece {
  /** What is streamed as a token; may be empty. */
  readonly text?: string | undefined;
  readonly role?: string | undefined;
  readonly messageId?: string | undefined;
  /** Which text block of the message, when it has several. */
  readonly blockIndex?: number | undefined;
  /** What is no text, as a message or a part of one. */
  readonly message?: StreamedMessage | undefined;
  /** Something else that the item tells. */
  readonly update?: { readonly type: StreamEventName; readonly data: unknown } | undefined;
  /** The node that says it, when the item tells. */
  readonly nodeId?: string | undefined;
  /** The stream failed with this. */
  readonly failure?: { readonly error: unknown } | undefined;
}

/** What a message of LangChain, a piece of one, or an object that has a content says. */
export function piecesOfMessage(message: MessageLike): ModelPiece[] {
  const { texts, role, messageId, rest, end } = splitModelOutput(message);
  return [
    ...(rest ? [{ messageId, message: rest }] : []),
    ...texts.map(({ text, blockIndex }) => ({ text, blockIndex, role, messageId })),
    ...(end ? [{ messageId, message: end }] : []),
  ];
}

/** What a part of a message of an assistant tells besides text. */
export type MessageFacts = Omit<StreamedMessage, 'id' | 'role' | 'content' | 'partial'>;

/** A piece of an assistant's message that is no text. */
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

/** What a viewer may know of why a tool failed: nothing of the server's insides. */
export const TOOL_FAILED = 'The tool failed.';

/** What a tool answered. */
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
