import { Inject, Optional } from '@nestjs/common';
import { DecoratorRuntime } from './decorator-runtime.js';

/** The property that Nest injects; a setter takes it, so that instances look as they are written. */
const RUNTIME = Symbol('streaming runtime');

/** Which application an instance belongs to. */
const runtimes = new WeakMap<object, DecoratorRuntime>();

/**
 * Has Nest hand the runtime of the application to every instance of a class: whatever its scope, and
 * when several applications of the process provide the class, to each its own.
 */
export function injectRuntime(prototype: object): void {
  if (RUNTIME in prototype) return;
  Object.defineProperty(prototype, RUNTIME, {
    set(this: object, runtime: DecoratorRuntime) {
      runtimes.set(this, runtime);
    },
  });
  Inject(DecoratorRuntime)(prototype, RUNTIME);
  Optional()(prototype, RUNTIME);
}

/** Hands the runtime to an instance that Nest was given. */
export function adoptInstance(instance: unknown, runtime: DecoratorRuntime): void {
  if (typeof instance !== 'object' || instance === null || !(RUNTIME in instance)) return;
  if (!runtimes.has(instance)) runtimes.set(instance, runtime);
}

/** The runtime of the application that an instance belongs to, if any. */
export function runtimeOf(instance: unknown): DecoratorRuntime | undefined {
  return typeof instance === 'object' && instance !== null ? runtimes.get(instance) : undefined;
}
