import type { EmitOptions, TokenOptions } from '../executions/emitter.js';
import type { ExecutionContext } from '../executions/execution-source.js';
import {
  isStreamEventName,
  StreamEventType,
  type StreamEventName,
} from '../protocol/stream-event-type.js';
import { isReservedEvent } from '../protocol/thread-event-name.js';
import type { StreamedMessage } from '../protocol/streamed-message.js';
import { isRecord, recordOf, textOf } from '../common/is-record.js';
import { toPlainData } from './plain-data.js';
import { splitModelOutput, type MessageLike } from './streamed-message.js';

/** Streams a value without a type: as progress if it looks like progress, otherwise as `custom`. */
export function emitCustom(
  value: unknown,
  context: ExecutionContext,
  options: EmitOptions = {},
): void {
  const { type, data } = customUpdate(value);
  context.emit(type, data, options);
}

/** The update that a value without a type becomes. */
export function customUpdate(value: unknown): { type: 'progress' | 'custom'; data: unknown } {
  if (!isProgress(value)) return { type: StreamEventType.CUSTOM, data: value };
  const { type: _type, ...data } = value;
  return { type: StreamEventType.PROGRESS, data };
}

/**
 * Streams a piece of a model's output: its text as tokens, anything else as a partial message.
 *
 * @returns the facts about the whole message, to be streamed as its last part
 */
export function emitModelOutput(
  message: MessageLike,
  context: ExecutionContext,
  options: EmitOptions = {},
): StreamedMessage | undefined {
  const { texts, role, messageId, rest, end } = splitModelOutput(message);
  if (rest) emitMessage(rest, context, options);
  for (const { text, blockIndex } of texts) {
    context.token(text, { ...options, role, messageId, blockIndex });
  }
  return end;
}

/** Streams a message, whole or in part. */
export function emitMessage(
  message: StreamedMessage,
  context: ExecutionContext,
  options?: EmitOptions,
): void {
  context.emit(StreamEventType.MESSAGES, toPlainData(message) as StreamedMessage, options);
}

interface UpdateItem {
  readonly type: StreamEventName;
  readonly data: unknown;
  readonly metadata?: unknown;
}

/**
 * Whether an item is an update. Control updates do not count, because only the execution may announce its
 * state.
 */
export function isUpdate(item: unknown): item is UpdateItem {
  return (
    isRecord(item) &&
    'data' in item &&
    isStreamEventName(item['type']) &&
    !isReservedEvent(item['type'])
  );
}

/** An update that was read from an item. After this, no getter of the item is called. */
export interface ReadUpdate {
  readonly type: StreamEventName;
  readonly data: unknown;
  readonly options: TokenOptions;
}

/** @returns undefined if the item is not an update */
export function readUpdate(item: unknown): ReadUpdate | undefined {
  if (!isUpdate(item)) return undefined;
  const { type, data } = item;
  const { nodeId, ...metadata } = recordOf(toPlainData(item.metadata));
  const options: EmitOptions = {
    nodeId: textOf(nodeId),
    ...(Object.keys(metadata).length > 0 && { metadata }),
  };
  if (type !== 'token') return { type, data: toPlainData(data), options };
  const { content, role, messageId } =
    typeof data === 'string' ? { content: data } : recordOf(data);
  if (typeof content !== 'string') {
    return { type: StreamEventType.CUSTOM, data: toPlainData(data), options };
  }
  return {
    type,
    data: content,
    options: { ...options, role: textOf(role), messageId: textOf(messageId) },
  };
}

/** Streams an update that was read from an item. */
export function emitUpdate({ type, data, options }: ReadUpdate, context: ExecutionContext): void {
  if (type === 'token' && typeof data === 'string') context.token(data, options);
  else context.emit(type, data, options);
}

function isProgress(
  value: unknown,
): value is { readonly type: 'progress'; readonly progress: number } {
  return isRecord(value) && value['type'] === 'progress' && Number.isFinite(value['progress']);
}
