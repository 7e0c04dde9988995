import { Injectable, SetMetadata, applyDecorators } from '@nestjs/common';
import type { WebSocketGatewayOptions } from '../options/streaming-module-options.js';

/** Metadata key of the options that {@link StreamingGateway} was given. */
export const STREAMING_GATEWAY_OPTIONS = '@hive-academy/langgraph-streaming:gateway-options';

/**
 * Makes a subclass of `StreamingWebSocketGateway` a separate gateway. Each option that you give overrides the
 * module's option. If the subclass has the namespace of the module's gateway, it replaces that gateway.
 *
 * For example `@StreamingGateway({ namespace: '/chat' })` above
 * `export class ChatGateway extends StreamingWebSocketGateway {}`.
 *
 * @publicApi
 */
export function StreamingGateway(options: WebSocketGatewayOptions = {}): ClassDecorator {
  return applyDecorators(Injectable(), SetMetadata(STREAMING_GATEWAY_OPTIONS, options));
}
