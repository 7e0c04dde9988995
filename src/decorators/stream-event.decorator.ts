import type { StreamEventOptions } from '../options/decorator-options.js';
import { decorateMethod, type StreamMethodDecorator } from './decorate-method.js';

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
