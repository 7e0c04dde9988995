import { StreamingError } from '../errors/streaming.error.js';
import type { ExecutionSource } from '../executions/execution-source.js';
import { runFunction } from './function-source.js';
import { runIterable } from './iterable-source.js';
import { runObservable } from './observable-source.js';
import { isExecutionSource, isIterable, isObservable, type StreamSource } from './stream-source.js';

/**
 * Makes the {@link ExecutionSource} that runs a source of the application.
 *
 * @throws StreamingError `UNSUPPORTED_SOURCE` if it cannot be streamed
 */
export function toExecutionSource(source: StreamSource): ExecutionSource {
  if (isExecutionSource(source)) return source;
  if (typeof source === 'function') return { run: (context) => runFunction(source, context) };
  if (source instanceof Response) return toExecutionSource(source.body ?? []);
  if (isObservable(source)) return { run: (context) => runObservable(source, context) };
  if (isIterable(source)) return { run: (context) => runIterable(source, context) };
  throw new StreamingError('UNSUPPORTED_SOURCE', unsupportedMessage(source));
}

function unsupportedMessage(source: unknown): string {
  const known =
    'Pass langGraph(graph, input), an async iterable, an Observable, or a function that takes a context.';
  if (source instanceof Promise) {
    return `A promise cannot be streamed: await it first, or return it from a function. ${known}`;
  }
  if (typeof source === 'string') {
    return `A string cannot be streamed: put it into an array. ${known}`;
  }
  if (typeof source === 'object' && source !== null && 'invoke' in source) {
    return `A graph or model cannot be streamed by itself: it needs an input. ${known}`;
  }
  return `A value of type ${source === null ? 'null' : typeof source} cannot be streamed. ${known}`;
}
