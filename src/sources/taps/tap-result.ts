import { types } from 'node:util';
import { pull } from '../iterable-source.js';
import { streamOfResult } from '../sdk/sdk-result.js';
import { NO_OBSERVER, type ReadObserver } from './read-observer.js';
import { tapStream } from './tap-stream.js';

/** Watches the reading of a result of an SDK. */
export interface ResultObserver extends ReadObserver {
  readonly signal: AbortSignal;
  /** The caller read a value that the result's own stream has told already. */
  passedOn(value: unknown): void;
}

/**
 * A result of an SDK as its caller gets it. An own copy of its stream is read here, at once, since the
 * caller may read text, parts, UI messages, a promise, or nothing. What the caller gets of it ends when
 * the copy was told to its end.
 *
 * @returns undefined when `value` is no such result
 */
export function tapResult(value: unknown, observer: ResultObserver): object | undefined {
  const stream = streamOfResult(value);
  const copy = tapStream(stream, () => observer) as AsyncIterable<unknown> | undefined;
  if (!copy) return undefined;
  const { signal } = observer;
  const ready = async (): Promise<void> => undefined;
  // The caller learns of an error by its own reading.
  const told = pull(copy, { signal, ready }, () => undefined).then(noop, noop);
  const follower: ReadObserver = {
    ...NO_OBSERVER,
    item: (item) => observer.passedOn(item),
    complete: () => told,
  };
  const follow = (part: unknown): unknown => {
    if (!types.isPromise(part)) return tapStream(part, () => follower) ?? part;
    return part.then(async (value) => {
      await told;
      return value;
    });
  };
  return new Proxy(value as object, {
    get: (target, property): unknown => {
      // Everything wants its own object, for private fields.
      const part: unknown = Reflect.get(target, property, target);
      if (typeof part !== 'function') return follow(part);
      return (...args: unknown[]) => follow(Reflect.apply(part, target, args));
    },
  });
}

function noop(): void {}
