import type {
  StreamEventOptions,
  StreamProgressOptions,
  StreamTokenOptions,
} from '../options/decorator-options.js';
import { decorateMethod, type StreamMethodDecorator, type StreamParts } from './decorate-method.js';
import type { AnyArguments, StreamGatewayOptions } from './gateway-options.js';

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
 * Streams tokens, events and progress of a method, and says to whom.
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
