import type {
  StreamEventOptions,
  StreamProgressOptions,
  StreamTokenOptions,
} from '../options/decorator-options.js';
import { decorateMethod, type StreamMethodDecorator, type StreamParts } from './decorate-method.js';
import type { AnyArguments, StreamGatewayOptions } from './gateway-options.js';

/**
 * Streams the text that a method returns or yields as `token` updates: strings, `{ content }`, LangChain
 * messages, UTF-8 bytes and the items of the streams of SDKs, by themselves or out of a promise, a generator,
 * an async iterable, an Observable, a stream of the web or of Node, or a `Response`. The caller reads what the
 * method returned as it likes.
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
 * Streams what a method does: when it starts, completes and fails, the updates that it yields, and
 * on request what it returns.
 *
 * @publicApi
 */
export function StreamEvent(options: StreamEventOptions = {}): StreamMethodDecorator {
  return (target, propertyKey, descriptor) =>
    decorateMethod({ event: options }, target, propertyKey, descriptor);
}

/**
 * Streams the progress of a method: 0 when it starts, 100 when it completes. Values in between come from
 * `StreamContext.current().progress(…)`, or from `calculator`, which gets
 * the number of items that the method has yielded.
 *
 * @publicApi
 */
export function StreamProgress(options: StreamProgressOptions = {}): StreamMethodDecorator {
  return (target, propertyKey, descriptor) =>
    decorateMethod({ progress: options }, target, propertyKey, descriptor);
}

/**
 * Options of `@StreamAll`. Without `token`, `event` and `progress` a method streams all three; naming
 * one or several streams these; `false` leaves one out.
 *
 * @typeParam TArguments - the arguments of the method
 * @publicApi
 */
export interface StreamAllOptions<TArguments extends unknown[] = AnyArguments> {
  readonly token?: boolean | StreamTokenOptions;
  readonly event?: boolean | StreamEventOptions;
  readonly progress?: boolean | StreamProgressOptions;
  /** To whom it streams, and how. Absent: to whoever watches the execution. */
  readonly gateway?: StreamGatewayOptions<TArguments>;
}

/**
 * Streams tokens, events and progress of a method. The option `gateway` says who gets them.
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
