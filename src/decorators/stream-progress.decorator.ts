import type { StreamProgressOptions } from '../options/decorator-options.js';
import { decorateMethod, type StreamMethodDecorator } from './decorate-method.js';

/**
 * Streams how far a method is: 0 when it starts, 100 when it completes, and in between what it
 * reports with `StreamContext.current().progress(…)`, or what `calculator` makes of the items that
 * it yields.
 *
 * @publicApi
 */
export function StreamProgress(options: StreamProgressOptions = {}): StreamMethodDecorator {
  return (target, propertyKey, descriptor) =>
    decorateMethod({ progress: options }, target, propertyKey, descriptor);
}
