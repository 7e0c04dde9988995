import type { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { isReadable } from './stream-source.js';

/** The items of a source that is being read. */
export interface OpenItems<T> {
  next(): Promise<IteratorResult<T, unknown>>;
  /**
   * Stops the source and lets it clean up. If the kind of source allows it, it does not wait for a running
   * `next`.
   *
   * @returns the answer of the source
   */
  stop(): unknown;
}

/** Begins to read a source. */
export function openItems<T>(source: AsyncIterable<T>): OpenItems<T> {
  // The iterators of these streams would stop only after the next item.
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
