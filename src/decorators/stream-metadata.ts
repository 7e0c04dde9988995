import type {
  StreamEventOptions,
  StreamProgressOptions,
  StreamTokenOptions,
} from '../options/decorator-options.js';

/** Metadata key of `@StreamToken`. The metadata is on the prototype of the class, under the name of the method. */
export const STREAM_TOKEN_METADATA_KEY = 'streaming:token';
/** Metadata key of `@StreamEvent`. */
export const STREAM_EVENT_METADATA_KEY = 'streaming:event';
/** Metadata key of `@StreamProgress`. */
export const STREAM_PROGRESS_METADATA_KEY = 'streaming:progress';

interface DecoratorMetadata {
  readonly methodName: string;
  readonly enabled: boolean;
}

/** The options of `@StreamToken` on a method. */
export interface StreamTokenDecoratorMetadata
  extends DecoratorMetadata, Omit<StreamTokenOptions, 'enabled'> {}

/** The options of `@StreamEvent` on a method. */
export interface StreamEventDecoratorMetadata
  extends DecoratorMetadata, Omit<StreamEventOptions, 'enabled'> {}

/** The options of `@StreamProgress` on a method. */
export interface StreamProgressDecoratorMetadata
  extends DecoratorMetadata, Omit<StreamProgressOptions, 'enabled'> {}

/** The options of all streaming decorators on a method. */
export interface StreamingMetadata {
  /** The options of `@StreamToken`. */
  readonly token?: StreamTokenDecoratorMetadata;
  /** The options of `@StreamEvent`. */
  readonly event?: StreamEventDecoratorMetadata;
  /** The options of `@StreamProgress`. */
  readonly progress?: StreamProgressDecoratorMetadata;
}

const METADATA_KEYS = {
  token: STREAM_TOKEN_METADATA_KEY,
  event: STREAM_EVENT_METADATA_KEY,
  progress: STREAM_PROGRESS_METADATA_KEY,
} as const;

/** Writes the options of a decorator into the metadata of a method. */
export function setStreamingMetadata<K extends keyof StreamingMetadata>(
  kind: K,
  options: Required<StreamingMetadata>[K],
  target: object,
  propertyKey: string | symbol,
): void {
  Reflect.defineMetadata(METADATA_KEYS[kind], options, target, propertyKey);
}

function metadataOf<K extends keyof StreamingMetadata>(
  kind: K,
  target: object,
  propertyKey: string | symbol,
): StreamingMetadata[K] {
  return Reflect.getMetadata(METADATA_KEYS[kind], target, propertyKey) as StreamingMetadata[K];
}

/**
 * Returns the options of `@StreamToken` on a method; undefined if the method does not have this decorator.
 *
 * @param target - the class's prototype, or an instance
 * @publicApi
 */
export function getStreamTokenMetadata(
  target: object,
  propertyKey: string | symbol,
): StreamTokenDecoratorMetadata | undefined {
  return metadataOf('token', target, propertyKey);
}

/**
 * Returns the options of `@StreamEvent` on a method; undefined if the method does not have this decorator.
 *
 * @param target - the class's prototype, or an instance
 * @publicApi
 */
export function getStreamEventMetadata(
  target: object,
  propertyKey: string | symbol,
): StreamEventDecoratorMetadata | undefined {
  return metadataOf('event', target, propertyKey);
}

/**
 * Returns the options of `@StreamProgress` on a method; undefined if the method does not have this decorator.
 *
 * @param target - the class's prototype, or an instance
 * @publicApi
 */
export function getStreamProgressMetadata(
  target: object,
  propertyKey: string | symbol,
): StreamProgressDecoratorMetadata | undefined {
  return metadataOf('progress', target, propertyKey);
}

/**
 * Returns the options of all streaming decorators on a method. The parts of `@StreamAll` are included.
 *
 * @publicApi
 */
export function getAllStreamingMetadata(
  target: object,
  propertyKey: string | symbol,
): StreamingMetadata {
  const token = getStreamTokenMetadata(target, propertyKey);
  const event = getStreamEventMetadata(target, propertyKey);
  const progress = getStreamProgressMetadata(target, propertyKey);
  return { ...(token && { token }), ...(event && { event }), ...(progress && { progress }) };
}

/** Whether the decorators of a method stream its tokens. @publicApi */
export function hasTokenStreaming(target: object, propertyKey: string | symbol): boolean {
  return getStreamTokenMetadata(target, propertyKey)?.enabled ?? false;
}

/** Whether the decorators of a method stream its events. @publicApi */
export function hasEventStreaming(target: object, propertyKey: string | symbol): boolean {
  return getStreamEventMetadata(target, propertyKey)?.enabled ?? false;
}

/** Whether the decorators of a method stream its progress. @publicApi */
export function hasProgressStreaming(target: object, propertyKey: string | symbol): boolean {
  return getStreamProgressMetadata(target, propertyKey)?.enabled ?? false;
}
