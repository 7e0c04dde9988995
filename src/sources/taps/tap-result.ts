import { types } from 'node:util';
import { pull } from '../iterable-source.js';
import { streamOfResult } from '../sdk/sdk-result.js';
import { NO_OBSERVER, type ReadObserver } from './read-observer.js';
import { tapStream } from './tap-stream.js';

/** Watches the reading of a result of an SDK. */
export interface ResultObserver extends ReadObserver {
  readonly signal: AbortSignal;
  /** The caller read a value that was already observed in the result's own stream. */
  passedOn(value: unknown): void;
}

/**
 * Makes the result of an SDK for its caller. A separate copy of its stream is read here immediately, because
 * the caller may read text, parts, UI messages, a promise, or nothing. The streams of the caller end after
 * the copy was observed to its end.
 *
 * @returns undefined if `value` is not a result of an SDK
 */
export function tapResult(value: unknown, observer: ResultObserver): object | undefined {
  const stream = streamOfResult(value);
  const copy = tapStream(stream, () => observer) as AsyncIterable<unknown> | undefined;
  if (!copy) return undefined;
  const { signal } = observer;
  const ready = async (): Promise<void> => undefined;
  // The caller gets an error from its own stream.
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
      // All methods need their own object as `this`, because of private fields.
      const part: unknown = Reflect.get(target, property, target);
      if (typeof part !== 'function') return follow(part);
      return (...args: unknown[]) => follow(Reflect.apply(part, target, args));
    },
  });
}

function noop(): void {}
