import type { EmitOptions, ExecutionContext } from '../executions/execution-source.js';
import {
  isControlEvent,
  isStreamEventName,
  StreamEventType,
  type StreamEventName,
} from '../protocol/stream-event-type.js';
import type { StreamedMessage } from '../protocol/streamed-message.js';
import { isRecord } from '../common/is-record.js';
import { toPlainData } from './plain-data.js';
import { isMessageLike, splitModelOutput, type MessageLike } from './streamed-message.js';

/** Streams one item of an iterable or Observable as the update that its shape says. */
export function emitItem(item: unknown, context: ExecutionContext): void {
  if (typeof item === 'string') context.token(item);
  else if (isUpdate(item)) emitUpdate(item, context);
  else if (isMessageLike(item)) {
    const end = emitModelOutput(item, context);
    if (end) emitMessage(end, context);
  } else emitCustom(item, context);
}

/** Streams what an application wrote without a type: progress when it looks so, else `custom`. */
export function emitCustom(
  value: unknown,
  context: ExecutionContext,
  options: EmitOptions = {},
): void {
  if (isProgress(value)) {
    const { type: _type, ...data } = value;
    context.emit(StreamEventType.PROGRESS, data, options);
  } else {
    context.emit(StreamEventType.CUSTOM, value, options);
  }
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
    !isControlEvent(item['type'])
  );
}

function emitUpdate({ type, data, metadata }: UpdateItem, context: ExecutionContext): void {
  const { nodeId, ...further } = isRecord(metadata) ? metadata : {};
  const options: EmitOptions = {
    nodeId: typeof nodeId === 'string' ? nodeId : undefined,
    ...(Object.keys(further).length > 0 && { metadata: further }),
  };
  if (type !== 'token') context.emit(type, data, options);
  else if (typeof data === 'string') context.token(data, options);
  else if (isRecord(data) && typeof data['content'] === 'string') {
    context.token(data['content'], {
      ...options,
      role: typeof data['role'] === 'string' ? data['role'] : undefined,
      messageId: typeof data['messageId'] === 'string' ? data['messageId'] : undefined,
    });
  } else context.emit(StreamEventType.CUSTOM, data, options);
}

function isProgress(
  value: unknown,
): value is { readonly type: 'progress'; readonly progress: number } {
  return isRecord(value) && value['type'] === 'progress' && typeof value['progress'] === 'number';
}
