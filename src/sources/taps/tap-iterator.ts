import { defineHidden } from './define-hidden.js';
import type { ReadObserver } from './read-observer.js';

const METHODS = ['next', 'return', 'throw'] as const;
type MethodName = (typeof METHODS)[number];
type Method = (...args: unknown[]) => unknown;

/**
 * Observes what is read from an iterator, such as a generator. The iterator stays the same object, so `for`,
 * `yield*`, iterator helpers and disposal work as before. `observe` is called when the first value is
 * requested.
 */
export function tapAsyncIterator<T extends object>(iterator: T, observe: () => ReadObserver): T {
  const reading = new Reading(observe);
  return withMethods(iterator, (name, method) => async (...args) => {
    const observer = reading.begin(name);
    if (!observer) return method.apply(iterator, args);
    if (name === 'next') await observer.ready();
    try {
      const result = (await observer.enter(() =>
        method.apply(iterator, args),
      )) as IteratorResult<unknown>;
      const pending = result.done ? undefined : observer.arriving(result.value);
      if (pending) await pending;
      await reading.accept(name, result);
      return result;
    } catch (error) {
      reading.fail(error);
      throw error;
    }
  });
}

/** Does the same as {@link tapAsyncIterator}, for a synchronous iterator. */
export function tapSyncIterator<T extends object>(iterator: T, observe: () => ReadObserver): T {
  const reading = new Reading(observe);
  return withMethods(iterator, (name, method) => (...args) => {
    const observer = reading.begin(name);
    if (!observer) return method.apply(iterator, args);
    try {
      const result = observer.enter(() => method.apply(iterator, args)) as IteratorResult<unknown>;
      void reading.accept(name, result);
      return result;
    } catch (error) {
      reading.fail(error);
      throw error;
    }
  });
}

/** How far an iterator was read. */
class Reading {
  #observer: ReadObserver | undefined;
  #isOver = false;

  constructor(private readonly observe: () => ReadObserver) {}

  /** @returns undefined if the iterator was stopped before it began */
  begin(method: MethodName): ReadObserver | undefined {
    if (!this.#observer && method !== 'next') this.#isOver = true;
    if (!this.#observer && this.#isOver) return undefined;
    return (this.#observer ??= this.observe());
  }

  accept(method: MethodName, { done, value }: IteratorResult<unknown>): Promise<void> | undefined {
    if (!done) this.#observer?.item(value);
    else if (!this.#isOver) {
      this.#isOver = true;
      if (method === 'next') return this.#observer?.complete();
      this.#observer?.end();
    }
    return undefined;
  }

  fail(error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#observer?.fail(error);
  }
}

function withMethods<T extends object>(
  iterator: T,
  tap: (name: MethodName, method: Method) => Method,
): T {
  const taps = METHODS.flatMap((name) => {
    const method: unknown = Reflect.get(iterator, name);
    return typeof method === 'function' ? [[name, tap(name, method as Method)] as const] : [];
  });
  if (taps.every(([name, method]) => defineHidden(iterator, name, method))) return iterator;
  // The iterator is frozen, so a new object inherits from it.
  const heir = Object.create(iterator) as T;
  for (const [name, method] of taps) defineHidden(heir, name, method);
  return heir;
}
