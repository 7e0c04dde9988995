import { isRecord } from '../common/is-record.js';
import type { ResultObserver } from './result-observer.js';

type Source = AsyncIterable<unknown> & Partial<AsyncIterator<unknown>>;

/**
 * The iterable as the method returned it, for the caller to consume as before; `observe` is called
 * when that begins. It is iterated once, by the caller, no faster than the caller asks.
 */
export function tapIterable<T extends AsyncIterable<unknown>>(
  source: T,
  observe: () => ResultObserver,
): T {
  const tapped = new TappedIterators(source, observe);
  const proxy = new Proxy(source, {
    get: (target, property) => {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      if (property === Symbol.asyncIterator) return () => tapped.iterator(proxy);
      if (tapped.isIterator && isIteratorMethod(property)) return tapped.method(property);
      // Called on the proxy it returns early, as it should; everything else wants its own object.
      return property === ASYNC_DISPOSE ? value : (value.bind(target) as unknown);
    },
  });
  return proxy;
}

const ASYNC_DISPOSE: unknown = Reflect.get(Symbol, 'asyncDispose');
const ITERATOR_METHODS = ['next', 'return', 'throw'] as const;
type IteratorMethod = (typeof ITERATOR_METHODS)[number];
type IteratorCall = (...args: unknown[]) => Promise<IteratorResult<unknown>>;

function isIteratorMethod(property: string | symbol): property is IteratorMethod {
  return (ITERATOR_METHODS as readonly (string | symbol)[]).includes(property);
}

/** The iterators of one iterable. The first is observed; a second one hands out the same values again. */
class TappedIterators {
  readonly isIterator: boolean;
  #observer: ResultObserver | undefined;
  #first: AsyncIterator<unknown> | undefined;
  #over = false;

  constructor(
    private readonly source: Source,
    private readonly observe: () => ResultObserver,
  ) {
    this.isIterator = isRecord(source) && typeof source['next'] === 'function';
  }

  iterator(proxy: unknown): unknown {
    const iterator = this.source[Symbol.asyncIterator]();
    if (iterator === this.source) return proxy;
    if (this.#first) return iterator;
    this.#first = iterator;
    return tapIterator(iterator, (method, args) => this.#call(iterator, method, args));
  }

  /** A method of a source that is its own iterator. */
  method(name: IteratorMethod): (...args: unknown[]) => Promise<IteratorResult<unknown>> {
    return (...args) => this.#call(this.source as AsyncIterator<unknown>, name, args);
  }

  async #call(
    iterator: AsyncIterator<unknown>,
    method: IteratorMethod,
    args: readonly unknown[],
  ): Promise<IteratorResult<unknown>> {
    const observer = (this.#observer ??= this.observe());
    if (method === 'next') await observer.ready();
    try {
      const call = iterator[method] as IteratorCall;
      const result = await observer.enter(() => call.apply(iterator, [...args]));
      if (!result.done) observer.item(result.value);
      else if (!this.#over) await this.#finish(observer, method === 'next');
      return result;
    } catch (error) {
      if (!this.#over) {
        this.#over = true;
        observer.fail(error);
      }
      throw error;
    }
  }

  async #finish(observer: ResultObserver, isComplete: boolean): Promise<void> {
    this.#over = true;
    if (isComplete) await observer.complete();
    else observer.end();
  }
}

/** The iterator with its methods replaced, where it has them. */
function tapIterator(
  iterator: AsyncIterator<unknown>,
  call: (method: IteratorMethod, args: readonly unknown[]) => Promise<IteratorResult<unknown>>,
): AsyncIterator<unknown> {
  const proxy: AsyncIterator<unknown> = new Proxy(iterator, {
    get: (target, property) => {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof value !== 'function') return value;
      if (property === Symbol.asyncIterator) return () => proxy;
      if (!isIteratorMethod(property)) return value.bind(target) as unknown;
      return (...args: unknown[]) => call(property, args);
    },
  });
  return proxy;
}
