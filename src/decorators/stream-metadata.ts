import type {
  StreamEventOptions,
  StreamProgressOptions,
  StreamTokenOptions,
} from '../options/decorator-options.js';

/** Metadata key of `@StreamToken`, on the class's prototype and the method's name. */
export const STREAM_TOKEN_METADATA_KEY = 'streaming:token';
/** Metadata key of `@StreamEvent`. */
export const STREAM_EVENT_METADATA_KEY = 'streaming:event';
/** Metadata key of `@StreamProgress`. */
export const STREAM_PROGRESS_METADATA_KEY = 'streaming:progress';

interface DecoratorMetadata {
  readonly methodName: string;
  readonly enabled: boolean;
}

/** What `@StreamToken` says of a method. */
export interface StreamTokenDecoratorMetadata
  extends DecoratorMetadata, Omit<StreamTokenOptions, 'enabled'> {}

/** What `@StreamEvent` says of a method. */
export interface StreamEventDecoratorMetadata
  extends DecoratorMetadata, Omit<StreamEventOptions, 'enabled'> {}

/** What `@StreamProgress` says of a method. */
export interface StreamProgressDecoratorMetadata
  extends DecoratorMetadata, Omit<StreamProgressOptions, 'enabled'> {}

/** What all streaming decorators of a method say. */
export interface StreamingMetadata {
  readonly token?: StreamTokenDecoratorMetadata;
  readonly event?: StreamEventDecoratorMetadata;
  readonly progress?: StreamProgressDecoratorMetadata;
}

const METADATA_KEYS = {
  token: STREAM_TOKEN_METADATA_KEY,
  event: STREAM_EVENT_METADATA_KEY,
  progress: STREAM_PROGRESS_METADATA_KEY,
} as const;

/** Writes down what a decorator says of a method. */
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
 * What `@StreamToken` says of a method; undefined when it does not carry it.
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
 * What `@StreamEvent` says of a method; undefined when it does not carry it.
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
 * What `@StreamProgress` says of a method; undefined when it does not carry it.
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
 * What all streaming decorators of a method say, `@StreamAll` included.
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

/** Whether a method streams its tokens, by its decorators. @publicApi */
export function hasTokenStreaming(target: object, propertyKey: string | symbol): boolean {
  return getStreamTokenMetadata(target, propertyKey)?.enabled ?? false;
}

/** Whether a method streams its events, by its decorators. @publicApi */
export function hasEventStreaming(target: object, propertyKey: string | symbol): boolean {
  return getStreamEventMetadata(target, propertyKey)?.enabled ?? false;
}

/** Whether a method streams its progress, by its decorators. @publicApi */
export function hasProgressStreaming(target: object, propertyKey: string | symbol): boolean {
  return getStreamProgressMetadata(target, propertyKey)?.enabled ?? false;
}
