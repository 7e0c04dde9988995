import type {
  StreamedMessage,
  StreamedToolCall,
  StreamedToolCallChunk,
} from '../protocol/streamed-message.js';
import { isRecord } from '../common/is-record.js';

/** What LangChain messages and their chunks have in common, by shape: nothing here imports them. */
export interface MessageLike {
  readonly content: string | readonly unknown[];
  readonly [key: string]: unknown;
}

const ROLES: Readonly<Record<string, string>> = { human: 'user', ai: 'assistant' };

/** Whether `value` has a text, or a list of content blocks. */
export function isMessageLike(value: unknown): value is MessageLike {
  return isRecord(value) && (typeof value['content'] === 'string' || isBlockList(value['content']));
}

/** Whether `value` is a LangChain message, and not just an object that has a content. */
export function isMessage(value: unknown): value is MessageLike {
  return isMessageLike(value) && typeof typeOf(value) === 'function';
}

/** The whole message as plain data. */
export function toStreamedMessage(message: MessageLike): StreamedMessage {
  const { text, reasoning, blocks } = splitContent(message.content);
  const toolCalls = listOf(message['tool_calls']).map(toToolCall);
  const { name, tool_call_id: toolCallId } = message;
  return {
    id: stringOrUndefined(message['id']),
    role: roleOf(message) ?? 'assistant',
    content: text,
    ...(reasoning !== '' && { reasoning }),
    ...(blocks.length > 0 && { blocks }),
    ...(toolCalls.length > 0 && { toolCalls }),
    ...(typeof name === 'string' && { name }),
    ...(typeof toolCallId === 'string' && { toolCallId }),
  };
}

/**
 * What a piece of a model's output says: its text, which is streamed as a token, and the rest of
 * it, if any, as a partial message.
 */
export function splitModelOutput(message: MessageLike): {
  readonly text: string;
  readonly role: string | undefined;
  readonly messageId: string | undefined;
  readonly rest: StreamedMessage | undefined;
} {
  const { toolCalls, ...whole } = toStreamedMessage(message);
  // Calls that are parsed while their parts arrive are guesses: the parts are the truth.
  const chunks = listOf(message['tool_call_chunks']).map(toToolCallChunk);
  const calls = chunks.length > 0 ? { toolCallChunks: chunks } : toolCalls && { toolCalls };
  const hasRest = calls || whole.reasoning !== undefined || whole.blocks !== undefined;
  return {
    text: whole.content,
    role: roleOf(message),
    messageId: whole.id,
    rest: hasRest ? { ...whole, ...calls, content: '', partial: true } : undefined,
  };
}

function splitContent(content: MessageLike['content']): {
  text: string;
  reasoning: string;
  blocks: unknown[];
} {
  if (typeof content === 'string') return { text: content, reasoning: '', blocks: [] };
  let text = '';
  let reasoning = '';
  const blocks: unknown[] = [];
  for (const block of content) {
    if (typeof block === 'string') text += block;
    else if (isRecord(block) && typeof block['text'] === 'string') text += block['text'];
    else if (isRecord(block) && typeof block['reasoning'] === 'string') {
      reasoning += block['reasoning'];
    } else if (isRecord(block) && typeof block['thinking'] === 'string') {
      reasoning += block['thinking'];
    } else if (!isToolCallBlock(block)) blocks.push(block);
  }
  return { text, reasoning, blocks };
}

/** Tool calls are also listed in `tool_calls`, where every provider writes them in the same way. */
function isToolCallBlock(block: unknown): boolean {
  const type = isRecord(block) ? block['type'] : undefined;
  return typeof type === 'string' && /^(tool_call|tool_use|input_json_delta)/.test(type);
}

function roleOf(message: MessageLike): string | undefined {
  if (typeof message['role'] === 'string') return message['role'];
  const getType = typeOf(message);
  if (typeof getType !== 'function') return undefined;
  const type: unknown = getType.call(message);
  return typeof type === 'string' ? (ROLES[type] ?? type) : undefined;
}

function typeOf(message: MessageLike): unknown {
  return message['getType'] ?? message['_getType'];
}

function toToolCall(call: unknown): StreamedToolCall {
  const { id, name, args } = isRecord(call) ? call : {};
  return { id: stringOrUndefined(id), name: stringOrUndefined(name) ?? '', args };
}

function toToolCallChunk(chunk: unknown): StreamedToolCallChunk {
  const { index, id, name, args } = isRecord(chunk) ? chunk : {};
  return {
    ...(typeof index === 'number' && { index }),
    ...(typeof id === 'string' && { id }),
    ...(typeof name === 'string' && { name }),
    ...(typeof args === 'string' && { args }),
  };
}

function isBlockList(content: unknown): content is readonly unknown[] {
  return (
    Array.isArray(content) &&
    content.every((block) => typeof block === 'string' || (isRecord(block) && 'type' in block))
  );
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function stringOrUndefined(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
