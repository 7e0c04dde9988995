import { defineHidden } from './define-hidden.js';
import type { ReadObserver } from './read-observer.js';
import { tapAsyncIterator } from './tap-iterator.js';

type Iterate = () => AsyncIterator<unknown>;

/**
 * Makes an iterable like the one that the method returned. Its first iteration is observed. A second
 * iteration yields the same values again.
 */
export function tapIterable<T extends AsyncIterable<unknown>>(
  source: T,
  observe: () => ReadObserver,
): T {
  let isRead = false;
  const tapped =
    (iterate: Iterate): Iterate =>
    () => {
      const iterator = iterate();
      if (isRead) return iterator;
      isRead = true;
      return tapAsyncIterator(iterator, observe);
    };
  const iterate = tapped(source[Symbol.asyncIterator].bind(source));
  // The streams of SDKs, also those of `tee()`, have their own function that makes iterators.
  const own: unknown = Object.hasOwn(source, 'iterator') && Reflect.get(source, 'iterator');
  if (typeof own === 'function') {
    const isTapped = defineHidden(source, 'iterator', tapped(own.bind(source) as Iterate));
    if (isTapped && defineHidden(source, Symbol.asyncIterator, iterate)) return source;
  }
  return new Proxy(source, {
    get: (target, property) => {
      if (property === Symbol.asyncIterator) return iterate;
      const value: unknown = Reflect.get(target, property, target);
      // All other methods need their own object as `this`, because of private fields.
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
