import { isRecord } from '../../common/is-record.js';
import { isAsyncIterable } from '../stream-source.js';

/** In the order of what they tell: parts have reasoning and calls of tools beside the text. */
const STREAMS = ['fullStream', 'textStream'] as const;

/**
 * The stream inside of a result of the AI SDK, such as that of `streamText()`, which is no stream itself.
 * Each call makes another copy of it, which somebody must read.
 *
 * @returns undefined when `value` is anything else
 */
export function streamOfResult(value: unknown): AsyncIterable<unknown> | undefined {
  if (!isRecord(value) || isAsyncIterable(value)) return undefined;
  const name = STREAMS.find((known) => known in value);
  const stream = name && value[name];
  return isAsyncIterable(stream) ? stream : undefined;
}
