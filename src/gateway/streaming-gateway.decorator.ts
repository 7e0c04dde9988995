import { Injectable, SetMetadata, applyDecorators } from '@nestjs/common';
import type { WebSocketGatewayOptions } from '../options/streaming-module-options.js';

/** Metadata key of the options that {@link StreamingGateway} was given. */
export const STREAMING_GATEWAY_OPTIONS = '@hive-academy/langgraph-streaming:gateway-options';

/**
 * Turns a subclass of `StreamingWebSocketGateway` into a separate gateway. Its options go over the
 * module's, key by key; a subclass in the module's namespace takes the place of the module's gateway.
 *
 * For example `@StreamingGateway({ namespace: '/chat' })` above
 * `export class ChatGateway extends StreamingWebSocketGateway {}`.
 *
 * @publicApi
 */
export function StreamingGateway(options: WebSocketGatewayOptions = {}): ClassDecorator {
  return applyDecorators(Injectable(), SetMetadata(STREAMING_GATEWAY_OPTIONS, options));
}
