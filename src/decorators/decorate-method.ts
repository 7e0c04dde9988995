import type {
  StreamEventOptions,
  StreamProgressOptions,
  StreamTokenOptions,
} from '../options/decorator-options.js';
import { callStreamed, type Method } from './call-streamed.js';
import type { AnyArguments, StreamGatewayOptions } from './gateway-options.js';
import { injectRuntime } from './decorator-runtime.js';
import type { MethodPlan } from './method-plan.js';
import { setStreamingMetadata } from './stream-metadata.js';

/** Any method, to the type system. */
type AnyMethod = (...args: never[]) => unknown;

/** Whether the arguments of a method fit the functions in a decorator's options. */
type Accepts<TMethod extends AnyMethod, TArguments extends unknown[]> =
  Parameters<TMethod> extends [...TArguments, ...unknown[]] ? TMethod : never;

/** Decorates a method whose arguments begin with `TArguments`. */
export type StreamMethodDecorator<TArguments extends unknown[] = AnyArguments> = <
  TMethod extends AnyMethod,
>(
  target: object,
  propertyKey: string | symbol,
  descriptor: TypedPropertyDescriptor<
    AnyArguments extends TArguments ? TMethod : Accepts<TMethod, TArguments>
  >,
) => void;

/** The parts that a decorator adds to a method. */
export interface StreamParts {
  readonly token?: StreamTokenOptions;
  readonly event?: StreamEventOptions;
  readonly progress?: StreamProgressOptions;
  readonly gateway?: StreamGatewayOptions;
}

/** The plans of decorated methods, by the function that replaces the method. */
const plans = new WeakMap<object, { plan: MethodPlan }>();

/** Makes a method stream the given parts, in addition to the parts of its other decorators. */
export function decorateMethod(
  parts: StreamParts,
  target: object,
  propertyKey: string | symbol,
  descriptor: PropertyDescriptor | undefined,
): void {
  const method: unknown = descriptor?.value;
  if (!descriptor || typeof method !== 'function') {
    throw new TypeError(
      `${String(propertyKey)} is not a method; the streaming decorators belong on methods.`,
    );
  }
  const methodName = String(propertyKey);
  describe(parts, methodName, target, propertyKey);
  const known = plans.get(method);
  if (known) {
    known.plan = { ...known.plan, ...parts };
    return;
  }
  const className = typeof target === 'function' ? target.name : target.constructor.name;
  descriptor.value = streamedMethod(method as Method, { className, methodName, ...parts });
  if (typeof target !== 'function') injectRuntime(target);
}

/** Makes a function that is called like the method and has the same properties. */
function streamedMethod(method: Method, plan: MethodPlan): Method {
  const holder = { plan };
  const streamed = function (this: unknown, ...args: unknown[]): unknown {
    return callStreamed(holder.plan, method, this, args);
  };
  Object.setPrototypeOf(streamed, Object.getPrototypeOf(method) as object);
  for (const key of Reflect.ownKeys(method)) {
    const property = Reflect.getOwnPropertyDescriptor(method, key);
    if (property && key !== 'prototype') Object.defineProperty(streamed, key, property);
  }
  for (const key of Reflect.getOwnMetadataKeys(method) as unknown[]) {
    Reflect.defineMetadata(key, Reflect.getOwnMetadata(key, method), streamed);
  }
  plans.set(streamed, holder);
  return streamed;
}

function describe(
  { token, event, progress }: StreamParts,
  methodName: string,
  target: object,
  propertyKey: string | symbol,
): void {
  const common = { methodName, enabled: true };
  if (token) setStreamingMetadata('token', { ...common, ...token }, target, propertyKey);
  if (event) setStreamingMetadata('event', { ...common, ...event }, target, propertyKey);
  if (progress) setStreamingMetadata('progress', { ...common, ...progress }, target, propertyKey);
}
