import { isRecord } from '../../common/is-record.js';
import { isAsyncIterable } from '../stream-source.js';

/** Ordered by their content: parts have reasoning and tool calls in addition to the text. */
const STREAMS = ['fullStream', 'textStream'] as const;

/**
 * The stream inside a result of the AI SDK, such as the result of `streamText()`, which is not a stream
 * itself. Each call makes another copy of the stream, and the copy must be read.
 *
 * @returns undefined when `value` is anything else
 */
export function streamOfResult(value: unknown): AsyncIterable<unknown> | undefined {
  if (!isRecord(value) || isAsyncIterable(value)) return undefined;
  const name = STREAMS.find((known) => known in value);
  const stream = name && value[name];
  return isAsyncIterable(stream) ? stream : undefined;
}
