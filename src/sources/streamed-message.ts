import type {
  StreamedInvalidToolCall,
  StreamedMessage,
  StreamedToolCall,
  StreamedToolCallChunk,
} from '../protocol/streamed-message.js';
import { isList, isRecord, listOf, recordOf, textOf } from '../common/is-record.js';
import { citationsOf, finishReasonOf, modelOf, usageOf } from './message-facts.js';
import { roleOf, typeOf, type MessageLike } from './message-like.js';

export type { MessageLike } from './message-like.js';

/** Whether `value` has a text, or a list of content blocks. */
export function isMessageLike(value: unknown): value is MessageLike {
  return isRecord(value) && (typeof value['content'] === 'string' || isBlockList(value['content']));
}

/**
 * Whether `value` is a message and not only an object with content: a LangChain message, or the JSON of a
 * message, such as from a remote graph.
 */
export function isMessage(value: unknown): value is MessageLike {
  if (!isRecord(value)) return false;
  const { content } = value;
  if (typeof content !== 'string' && !Array.isArray(content)) return false;
  const isJson = 'additional_kwargs' in value && 'response_metadata' in value;
  return isJson ? roleOf(value) !== undefined : typeof typeOf(value) === 'function';
}

/** The message if a value of a state is a message; otherwise undefined. */
export function storedMessageOf(value: object): MessageLike | undefined {
  const message = unwrap(value);
  return isMessage(message) ? message : undefined;
}

/** The message that LangGraph or a remote graph sends as a message, with any content. */
export function messageOf(value: unknown): MessageLike | undefined {
  if (!isRecord(value)) return undefined;
  const message = unwrap(value);
  if (!isRecord(message)) return undefined;
  const { content } = message;
  if (typeof content === 'string' || isList(content)) return message as MessageLike;
  const isEmpty = 'content' in message && content == null && roleOf(message) !== undefined;
  return isEmpty ? { ...message, content: '' } : undefined;
}

/** `JSON.stringify` wraps a LangChain message, so that the message can be restored from JSON. */
function unwrap(value: object): unknown {
  const { lc, type, id, kwargs } = recordOf(value);
  const isWrapped = lc === 1 && type === 'constructor' && isRecord(kwargs);
  return isWrapped ? { ...kwargs, type: listOf(id).at(-1) } : value;
}

/** The whole message as plain data, without the fields in a provider's own form. */
export function toStreamedMessage(message: MessageLike): StreamedMessage {
  const { texts, reasoning, blocks } = splitContent(message);
  const toolCalls = listOf(message['tool_calls']).filter(isRecord).map(toToolCall);
  const { name, tool_call_id: toolCallId } = message;
  return {
    id: textOf(message['id']),
    role: roleOf(message) ?? textOf(message['type']) ?? 'assistant',
    content: textOfAll(texts),
    ...(reasoning !== '' && { reasoning }),
    ...(blocks.length > 0 && { blocks }),
    ...(toolCalls.length > 0 && { toolCalls }),
    ...invalidCalls(message),
    ...(typeof name === 'string' && { name }),
    ...(typeof toolCallId === 'string' && { toolCallId }),
    ...(message['status'] === 'error' && { status: 'error' }),
    ...(message['artifact'] != null && { artifact: message['artifact'] }),
    ...endOf(message),
  };
}

/** A piece of text of a model, with the index of its text block. */
export interface TextPiece {
  readonly text: string;
  readonly blockIndex: number | undefined;
}

/** The content of a piece of a model's output, in the order in which it is streamed. */
export interface ModelOutput {
  readonly role: string | undefined;
  readonly messageId: string | undefined;
  /** Reasoning, tool calls and other content, as a partial message. */
  readonly rest: StreamedMessage | undefined;
  readonly text: string;
  /** The text by its blocks; each piece is streamed as a token. */
  readonly texts: readonly TextPiece[];
  /** The facts about the complete message, as a last partial message. */
  readonly end: StreamedMessage | undefined;
}

/** Splits a piece of a model's output into its content. */
export function splitModelOutput(message: MessageLike): ModelOutput {
  const role = roleOf(message);
  const { texts, reasoning, blocks } = splitContent(message);
  const id = textOf(message['id']);
  const partial = { id, role: role ?? 'assistant', content: '', partial: true } as const;
  const { name } = message;
  const rest = {
    ...(reasoning !== '' && { reasoning }),
    ...(blocks.length > 0 && { blocks }),
    ...toolCallsOf(message),
    ...(typeof name === 'string' && { name }),
  };
  const end = endOf(message);
  const hasRest = Object.keys(rest).some((key) => key !== 'name');
  return {
    role,
    messageId: id,
    rest: hasRest ? { ...partial, ...rest } : undefined,
    text: textOfAll(texts),
    texts,
    end: Object.keys(end).length > 0 ? { ...partial, ...end } : undefined,
  };
}

function toolCallsOf(message: MessageLike) {
  // Tool calls that are parsed while their parts arrive may be wrong, so only the parts count.
  const chunks = listOf(message['tool_call_chunks']).map(toToolCallChunk);
  if (chunks.length > 0) return { toolCallChunks: chunks };
  const toolCalls = listOf(message['tool_calls']).map(toToolCall);
  return { ...(toolCalls.length > 0 && { toolCalls }), ...invalidCalls(message) };
}

function invalidCalls(message: MessageLike) {
  const invalid = listOf(message['invalid_tool_calls']).map(toInvalidToolCall);
  return invalid.length > 0 ? { invalidToolCalls: invalid } : {};
}

function endOf(message: MessageLike): Partial<StreamedMessage> {
  const usage = usageOf(message['usage_metadata']);
  const finishReason = finishReasonOf(message);
  const model = modelOf(message);
  const citations = citationsOf(message);
  return {
    ...(usage && { usage }),
    ...(finishReason !== undefined && { finishReason }),
    ...(model !== undefined && { model }),
    ...(citations.length > 0 && { citations }),
  };
}

interface SplitContent {
  readonly texts: TextPiece[];
  reasoning: string;
  readonly blocks: unknown[];
}

function splitContent({ content, additional_kwargs: further }: MessageLike): SplitContent {
  const split: SplitContent = { texts: [], reasoning: reasoningOf(recordOf(further)), blocks: [] };
  if (typeof content === 'string') addText(split, content, undefined);
  else for (const block of listOf(content)) splitBlock(split, block);
  return split;
}

function splitBlock(split: SplitContent, block: unknown): void {
  if (typeof block === 'string') return addText(split, block, undefined);
  if (!isRecord(block)) return void split.blocks.push(block);
  const { text, reasoning, thinking, summary, index, type } = block;
  if (typeof text === 'string') addText(split, text, index);
  else if (typeof reasoning === 'string') split.reasoning += reasoning;
  else if (typeof thinking === 'string') split.reasoning += thinking;
  else if (type === 'reasoning' && Array.isArray(summary)) split.reasoning += summaryOf(summary);
  else if (type === 'reasoning_content') split.reasoning += bedrockReasoning(block);
  else if (!isToolCallBlock(type)) split.blocks.push(block);
}

function addText({ texts }: SplitContent, text: string, index: unknown): void {
  const blockIndex = typeof index === 'number' ? index : undefined;
  const last = texts.at(-1);
  if (last && last.blockIndex === blockIndex) {
    texts[texts.length - 1] = { text: last.text + text, blockIndex };
  } else if (text !== '') texts.push({ text, blockIndex });
}

/** Providers whose reasoning has no block: DeepSeek and others that follow it, OpenAI, OpenRouter. */
function reasoningOf(further: Readonly<Record<string, unknown>>): string {
  const { reasoning_content: content, reasoning, reasoning_details: details } = further;
  if (typeof content === 'string') return content;
  if (typeof reasoning === 'string') return reasoning;
  if (isRecord(reasoning)) return summaryOf(reasoning['summary']);
  return summaryOf(details);
}

function textOfAll(pieces: readonly TextPiece[]): string {
  return pieces.map(({ text }) => text).join('');
}

function summaryOf(parts: unknown): string {
  return listOf(parts)
    .map((part) => textOf(recordOf(part)['text']) ?? '')
    .join('');
}

function bedrockReasoning(block: Readonly<Record<string, unknown>>): string {
  return textOf(recordOf(block['reasoningText'])['text']) ?? '';
}

/** Tool calls are also listed in `tool_calls`, where every provider writes them in the same way. */
function isToolCallBlock(type: unknown): boolean {
  return typeof type === 'string' && /^(tool_call|tool_use|input_json_delta)/.test(type);
}

function toToolCall(call: unknown): StreamedToolCall {
  const { id, name, args } = recordOf(call);
  return { id: textOf(id), name: textOf(name) ?? '', args };
}

function toInvalidToolCall(call: unknown): StreamedInvalidToolCall {
  const { id, name, args, error } = recordOf(call);
  return texts({ id, name, args, error });
}

function toToolCallChunk(chunk: unknown): StreamedToolCallChunk {
  const { index, id, name, args } = recordOf(chunk);
  const hasIndex = typeof index === 'number' || typeof index === 'string';
  return { ...(hasIndex && { index }), ...texts({ id, name, args }) };
}

/** Returns the values that are text. */
function texts<K extends string>(values: Readonly<Record<K, unknown>>): Partial<Record<K, string>> {
  const entries = Object.entries(values).filter(([, value]) => typeof value === 'string');
  return Object.fromEntries(entries) as Partial<Record<K, string>>;
}

function isBlockList(content: unknown): content is readonly unknown[] {
  return Array.isArray(content) && content.every(isBlock);
}

function isBlock(block: unknown): boolean {
  return (
    typeof block === 'string' ||
    (isRecord(block) && ('type' in block || typeof block['text'] === 'string'))
  );
}
