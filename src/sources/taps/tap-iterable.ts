import { defineHidden } from './define-hidden.js';
import type { ReadObserver } from './read-observer.js';
import { tapAsyncIterator } from './tap-iterator.js';

type Iterate = () => AsyncIterator<unknown>;

/**
 * The iterable as the method returned it. Its first iteration is observed; a second one hands out
 * the same values again.
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
  // The streams of SDKs make their iterators, those of `tee()` too, by a function of their own.
  const own: unknown = Object.hasOwn(source, 'iterator') && Reflect.get(source, 'iterator');
  if (typeof own === 'function') {
    const isTapped = defineHidden(source, 'iterator', tapped(own.bind(source) as Iterate));
    if (isTapped && defineHidden(source, Symbol.asyncIterator, iterate)) return source;
  }
  return new Proxy(source, {
    get: (target, property) => {
      if (property === Symbol.asyncIterator) return iterate;
      const value: unknown = Reflect.get(target, property, target);
      // Everything else wants its own object, for private fields.
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
