import type { Readable } from 'node:stream';
import { defineHidden } from './define-hidden.js';
import type { ReadObserver } from './read-observer.js';

/**
 * Observes what is read from a Node stream. The stream emits each chunk, however it is read, so `emit` is
 * observed. A listener would make the stream flow, or would hide an unhandled error.
 */
export function tapReadable<T extends Readable>(source: T, observe: () => ReadObserver): T {
  const observer = observe();
  let isOver = false;
  const finish = (tell: () => void): void => {
    if (isOver) return;
    isOver = true;
    tell();
  };
  const emit = source.emit.bind(source) as (...args: unknown[]) => boolean;
  defineHidden(source, 'emit', (event: string | symbol, ...args: unknown[]): boolean => {
    if (event === 'data' && !isOver) observer.item(args[0]);
    else if (event === 'end') finish(() => void observer.complete());
    else if (event === 'error') finish(() => observer.fail(args[0]));
    else if (event === 'close') finish(() => observer.end());
    return emit(event, ...args);
  });
  // The stream closes a turn later, maybe without an event.
  const destroy = source.destroy.bind(source);
  defineHidden(source, 'destroy', (error?: Error): T => {
    // If a stream is no longer read, Node destroys it with an `AbortError`.
    const isFailure = error && error.name !== 'AbortError';
    finish(() => (isFailure ? observer.fail(error) : observer.end()));
    return destroy(error);
  });
  holdBack(source, observer);
  return source;
}

/**
 * While the log is behind, the stream produces its next chunk only after the log has accepted the earlier
 * chunks.
 */
function holdBack(source: Readable, observer: ReadObserver): void {
  const read = source._read.bind(source);
  defineHidden(source, '_read', (size: number): void => {
    if (!observer.isBehind) return observer.enter(() => read(size));
    void observer.ready().then(() => {
      if (source.destroyed) return;
      try {
        observer.enter(() => read(size));
      } catch (error) {
        source.destroy(error as Error);
      }
    });
  });
}
