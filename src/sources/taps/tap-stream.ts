import { ReadableStream } from 'node:stream/web';
import { isAsyncIterable, isGenerator, isObservable, isReadable } from '../stream-source.js';
import type { ReadObserver } from './read-observer.js';
import { tapIterable } from './tap-iterable.js';
import { tapAsyncIterator, tapSyncIterator } from './tap-iterator.js';
import { tapObservable } from './tap-observable.js';
import { tapReadable } from './tap-readable.js';
import { tapResponse } from './tap-response.js';
import { tapWebStream } from './tap-web-stream.js';

/**
 * Makes an observed stream for the reader, with the same values at the same pace and all ways of reading. If
 * possible, a stream that can be read only once stays the same object.
 *
 * @param observe - called when the reading begins
 * @returns undefined if `value` is not a stream, or if it is already being read
 */
export function tapStream(value: unknown, observe: () => ReadObserver): object | undefined {
  if (isReadable(value)) return tapReadable(value, observe);
  if (value instanceof ReadableStream) {
    return value.locked ? undefined : tapWebStream(value, observe);
  }
  if (value instanceof Response) {
    return !value.body || value.body.locked ? undefined : tapResponse(value, observe);
  }
  if (isAsyncIterable(value)) {
    const isOneShot = 'next' in value && typeof value.next === 'function';
    return isOneShot ? tapAsyncIterator(value, observe) : tapIterable(value, observe);
  }
  if (isGenerator(value)) return tapSyncIterator(value, observe);
  return isObservable(value) ? tapObservable(value, observe) : undefined;
}
