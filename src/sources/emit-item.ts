import type { EmitOptions } from '../executions/emitter.js';
import type { ExecutionContext } from '../executions/execution-source.js';
import {
  isStreamEventName,
  StreamEventType,
  type StreamEventName,
} from '../protocol/stream-event-type.js';
import { isReservedEvent } from '../protocol/thread-event-name.js';
import type { StreamedMessage } from '../protocol/streamed-message.js';
import { isRecord } from '../common/is-record.js';
import { toPlainData } from './plain-data.js';
import { splitModelOutput, type MessageLike } from './streamed-message.js';

/** Streams what an application wrote without a type: progress when it looks so, else `custom`. */
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
 * @returns what the piece tells of the message as a whole, to be streamed as its last part
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

/** Whether an item is an update. Control updates are excepted: only the execution may announce its state. */
export function isUpdate(item: unknown): item is UpdateItem {
  return (
    isRecord(item) &&
    'data' in item &&
    isStreamEventName(item['type']) &&
    !isReservedEvent(item['type'])
  );
}

/** Streams an update that an item is. */
export function emitUpdate({ type, data, metadata }: UpdateItem, context: ExecutionContext): void {
  const { nodeId, ...further } = isRecord(metadata) ? metadata : {};
  const options: EmitOptions = {
    nodeId: typeof nodeId === 'string' ? nodeId : undefined,
    ...(Object.keys(further).length > 0 && { metadata: further }),
  };
  if (type !== 'token') context.emit(type, toPlainData(data), options);
  else if (typeof data === 'string') context.token(data, options);
  else if (isRecord(data) && typeof data['content'] === 'string') {
    context.token(data['content'], {
      ...options,
      role: typeof data['role'] === 'string' ? data['role'] : undefined,
      messageId: typeof data['messageId'] === 'string' ? data['messageId'] : undefined,
    });
  } else context.emit(StreamEventType.CUSTOM, toPlainData(data), options);
}

function isProgress(
  value: unknown,
): value is { readonly type: 'progress'; readonly progress: number } {
  return isRecord(value) && value['type'] === 'progress' && Number.isFinite(value['progress']);
}
