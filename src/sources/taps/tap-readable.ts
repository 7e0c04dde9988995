import type { Readable } from 'node:stream';
import { defineHidden } from './define-hidden.js';
import type { ReadObserver } from './read-observer.js';

/**
 * Has a stream of Node tell what is read from it. Whichever way it is read, a stream emits each chunk
 * that it hands out, so that is where it is watched: a listener would make it flow, or hide an error
 * that nobody handles.
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
  // It closes a turn later, and may tell nobody.
  const destroy = source.destroy.bind(source);
  defineHidden(source, 'destroy', (error?: Error): T => {
    // Node destroys with an `AbortError` what is no longer read.
    const isFailure = error && error.name !== 'AbortError';
    finish(() => (isFailure ? observer.fail(error) : observer.end()));
    return destroy(error);
  });
  holdBack(source, observer);
  return source;
}

/** A stream that is behind produces its next chunk when the log has taken what came so far. */
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
