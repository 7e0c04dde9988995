import type {
  StreamEventOptions,
  StreamProgressOptions,
  StreamTokenOptions,
} from '../options/decorator-options.js';
import { decorateMethod, type StreamMethodDecorator, type StreamParts } from './decorate-method.js';
import type { AnyArguments, StreamGatewayOptions } from './gateway-options.js';

/**
 * Streams the text that a method returns or yields, as `token` updates. Text is a string, `{ content }`, a
 * LangChain message, UTF-8 bytes or an item of an SDK's stream. The method may return it directly, in a
 * promise, or in a generator, an async iterable, an Observable, a web or Node stream, or a `Response`. The
 * caller can read the returned value in any way.
 *
 * For example `@StreamToken() async *answer(question: string) { … }`.
 *
 * @publicApi
 */
export function StreamToken(options: StreamTokenOptions = {}): StreamMethodDecorator {
  return (target, propertyKey, descriptor) =>
    decorateMethod({ token: options }, target, propertyKey, descriptor);
}

/**
 * Streams what a method does: when it starts, completes or fails, and the updates that it yields. It streams
 * the returned value only if the option `events` asks for it.
 *
 * @publicApi
 */
export function StreamEvent(options: StreamEventOptions = {}): StreamMethodDecorator {
  return (target, propertyKey, descriptor) =>
    decorateMethod({ event: options }, target, propertyKey, descriptor);
}

/**
 * Streams the progress of a method: 0 when it starts, 100 when it completes. Values in between come from
 * `StreamContext.current().progress(…)`, or from the option `calculator`, which turns the number of yielded
 * items into a percentage.
 *
 * @publicApi
 */
export function StreamProgress(options: StreamProgressOptions = {}): StreamMethodDecorator {
  return (target, propertyKey, descriptor) =>
    decorateMethod({ progress: options }, target, propertyKey, descriptor);
}

/**
 * Options of `@StreamAll`. Without `token`, `event` and `progress` the method streams all three. If you
 * turn on some of them, it streams only these. If you only turn off some of them (`false`), it streams the
 * others.
 *
 * @typeParam TArguments - the arguments of the method
 * @publicApi
 */
export interface StreamAllOptions<TArguments extends unknown[] = AnyArguments> {
  /** Whether tokens are streamed: `true`, `false`, or the options of `@StreamToken`. */
  readonly token?: boolean | StreamTokenOptions;
  /** Whether events are streamed: `true`, `false`, or the options of `@StreamEvent`. */
  readonly event?: boolean | StreamEventOptions;
  /** Whether progress is streamed: `true`, `false`, or the options of `@StreamProgress`. */
  readonly progress?: boolean | StreamProgressOptions;
  /** Which viewers get the updates, and how. Without it, all viewers of the execution get them. */
  readonly gateway?: StreamGatewayOptions<TArguments>;
}

/**
 * Streams tokens, events and progress of a method. The option `gateway` says which viewers get them.
 *
 * For example `@StreamAll({ gateway: { rooms: (order: Order) => 'order:' + order.id } })` above
 * `async process(order: Order) { … }`.
 *
 * @publicApi
 */
export function StreamAll<TArguments extends unknown[] = AnyArguments>(
  options: StreamAllOptions<TArguments> = {},
): StreamMethodDecorator<TArguments> {
  const parts = partsOf(options);
  return (target, propertyKey, descriptor) =>
    decorateMethod(parts, target, propertyKey, descriptor);
}

function partsOf<TArguments extends unknown[]>({
  token,
  event,
  progress,
  gateway,
}: StreamAllOptions<TArguments>): StreamParts {
  const isNamed = [token, event, progress].some(Boolean);
  const part = <T extends object>(option: boolean | T | undefined): T | undefined => {
    if (typeof option === 'object') return option;
    return (option ?? !isNamed) ? ({} as T) : undefined;
  };
  const parts = { token: part(token), event: part(event), progress: part(progress) };
  return {
    ...(parts.token && { token: parts.token }),
    ...(parts.event && { event: parts.event }),
    ...(parts.progress && { progress: parts.progress }),
    ...(gateway && { gateway: gateway as StreamGatewayOptions }),
  };
}
