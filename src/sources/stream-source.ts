import { Readable } from 'node:stream';
import type { ExecutionContext, ExecutionSource } from '../executions/execution-source.js';

/**
 * An object with the `subscribe` method of an Observable, from any library.
 *
 * @publicApi
 */
export interface ObservableLike<T = unknown> {
  /** Begins to emit values to an observer, until the returned subscription is unsubscribed. */
  subscribe(observer: {
    next: (value: T) => void;
    error: (error: unknown) => void;
    complete: () => void;
  }): { unsubscribe(): void };
}

/**
 * Work written as a function. It streams through its context. If it returns an async iterable, a generator, a
 * stream, a `Response` or an Observable, the items are streamed too. Any other returned value, such as an
 * array, is the result of the execution.
 *
 * @publicApi
 */
export type SourceFunction = (context: ExecutionContext) => unknown;

/**
 * Everything that an execution can stream: a LangGraph run made by `langGraph`, an iterable or async
 * iterable, a generator, a web or Node stream, a `Response`, an Observable, or a function that takes an
 * {@link ExecutionContext}.
 *
 * The items of iterables, streams and Observables become updates:
 *
 * - a string, or an object whose `content` is text, such as a message chunk: `token`
 * - `{ type, data, metadata? }` with an event type of the protocol: that update
 * - `{ type: 'progress', progress }`: `progress`
 * - bytes: `token` if they are UTF-8 text, else `custom` with Base64
 * - items of the streams of the AI SDK, OpenAI, Anthropic and LangChain: `token`, and `messages` for
 *   reasoning, tool calls and usage
 * - anything else: `custom`
 *
 * Only the execution itself may announce its state. So an item whose `type` is `workflow:*` or `interrupt` is
 * streamed as `custom`.
 *
 * @publicApi
 */
export type StreamSource =
  | ExecutionSource
  | AsyncIterable<unknown>
  | Iterable<unknown>
  | ObservableLike
  | Response
  | SourceFunction;

/** Whether `value` is an execution source. */
export function isExecutionSource(value: unknown): value is ExecutionSource {
  return isObject(value) && 'run' in value && typeof value.run === 'function';
}

/**
 * Whether `value` can be iterated with `for await`. A string does not count, because it is text, not a list.
 */
export function isIterable(value: unknown): value is AsyncIterable<unknown> | Iterable<unknown> {
  return isAsyncIterable(value) || (isObject(value) && Symbol.iterator in value);
}

/** Whether `value` produces its items over time. */
export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return isObject(value) && Symbol.asyncIterator in value;
}

/** Whether `value` is a running generator, as opposed to a collection such as an array or a map. */
export function isGenerator(value: unknown): value is Iterable<unknown> {
  return isIterable(value) && 'next' in value && typeof value.next === 'function';
}

/** Whether `value` is a Node stream, from any copy of its classes. */
export function isReadable(value: unknown): value is Readable {
  if (value instanceof Readable) return true;
  const methods = ['_read', 'read', 'pipe', 'emit', 'once', 'destroy'] as const;
  return (
    isAsyncIterable(value) &&
    methods.every((name) => typeof Reflect.get(value, name) === 'function')
  );
}

/** Whether `value` is an Observable. */
export function isObservable(value: unknown): value is ObservableLike {
  return isObject(value) && 'subscribe' in value && typeof value.subscribe === 'function';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
