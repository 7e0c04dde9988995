import type { StreamTokenOptions } from '../options/decorator-options.js';
import { decorateMethod, type StreamMethodDecorator } from './decorate-method.js';

/**
 * Streams the text that a method returns or yields as `token` updates: strings, `{ content }`,
 * LangChain messages, and those of promises, async iterables and Observables. The caller gets what
 * the method returned, untouched.
 *
 * For example `@StreamToken() async *answer(question: string) { … }`.
 *
 * @publicApi
 */
export function StreamToken(options: StreamTokenOptions = {}): StreamMethodDecorator {
  return (target, propertyKey, descriptor) =>
    decorateMethod({ token: options }, target, propertyKey, descriptor);
}
