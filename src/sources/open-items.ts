import type { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { isReadable } from './stream-source.js';

/** The items of a source that is being read. */
export interface OpenItems<T> {
  next(): Promise<IteratorResult<T, unknown>>;
  /**
   * Has the source stop and clean up. It does not wait for a `next` that is on its way, where the kind
   * of the source allows that.
   *
   * @returns what the source answers
   */
  stop(): unknown;
}

/** Begins to read a source. */
export function openItems<T>(source: AsyncIterable<T>): OpenItems<T> {
  // Their iterators would stop them only after the next item.
  if (isReadable(source)) return openReadable(source as Readable & AsyncIterable<T>);
  if (Object.getPrototypeOf(source) === ReadableStream.prototype) {
    return openWebStream(source as unknown as ReadableStream<T>);
  }
  const iterator = source[Symbol.asyncIterator]();
  return { next: () => iterator.next(), stop: () => iterator.return?.() };
}

function openReadable<T>(source: Readable & AsyncIterable<T>): OpenItems<T> {
  const iterator = source[Symbol.asyncIterator]();
  return {
    next: () => iterator.next(),
    stop: () =>
      new Promise<void>((resolve, reject) => {
        source.once('error', reject).once('close', resolve);
        source.destroy();
      }),
  };
}

function openWebStream<T>(source: ReadableStream<T>): OpenItems<T> {
  const reader = source.getReader();
  return {
    next: () => reader.read(),
    stop: () => reader.cancel(),
  };
}
