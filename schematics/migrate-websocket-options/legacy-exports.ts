/** Exports of old versions that have another name now. */
export const RENAMED_EXPORTS: ReadonlyMap<string, string> = new Map([
  ['LangGraphStreamingModule', 'StreamingModule'],
  ['LanggraphStreamingModule', 'StreamingModule'],
  ['WebSocketGatewayConfig', 'WebSocketGatewayOptions'],
  ['StreamUpdatePayload', 'StreamUpdateMessage'],
  ['ConnectionStatusPayload', 'ConnectionStatusMessage'],
  ['ErrorPayload', 'ErrorMessage'],
]);

const START = 'start runs with `StreamingService.run(langGraph(graph, input))`';
const OPTIONS = 'give the options to `StreamingModule.forRoot`';
const LIFECYCLE = 'remove it; the module starts and stops itself';
const NUMBERS = 'remove it; the log numbers updates';

/** Exports of old versions that have nothing of the same shape in their place, and what to use. */
export const REMOVED_EXPORTS: ReadonlyMap<string, string> = new Map([
  ['AutoInitTokenStreamingService', 'use `TokenStreamingService`'],
  ['IInitializableService', LIFECYCLE],
  ['RateLimiterService', 'set `gateway.rateLimit`'],
  ['STREAMING_CONSTANTS', OPTIONS],
  ['StreamEventMetadata', 'use `StreamEventDecoratorMetadata` or `StreamUpdateMetadata`'],
  ['StreamMetadata', 'use `StreamUpdateMetadata`'],
  ['StreamProgressMetadata', 'use `StreamProgressDecoratorMetadata` or `StreamUpdateMetadata`'],
  ['StreamTokenMetadata', 'use `StreamTokenDecoratorMetadata` or `StreamUpdateMetadata`'],
  ['StreamingAuthError', 'use `StreamingError` and its code'],
  ['StreamingAuthService', 'use `GatewayAuthenticationService`'],
  ['StreamingManagerAdapter', LIFECYCLE],
  ['StreamingServiceAdapter', 'inject `StreamingService`'],
  ['StreamingWebSocketService', 'inject `StreamingWebSocketGateway`'],
  ['WEBSOCKET_GATEWAY_CONFIG', 'inject `RESOLVED_STREAMING_OPTIONS` (entry point `gateway`)'],
  ['WebSocketConnection', 'use `GatewayConnectionInfo`'],
  ['WebSocketError', 'use `StreamingError` and its code'],
  ['WebSocketGatewayEvents', 'use `StreamingGatewayEvents`'],
  ['WebSocketGatewayStats', 'use `GatewayStats`'],
  ['WebSocketMessage', 'use the payloads that `StreamingGatewayEvents` types'],
  ['WebSocketMessageType', 'use the event names that `StreamingGatewayEvents` types'],
  ['WorkflowStreamService', START],
  ['WorkflowStreamingOrchestrator', START],
  ['createStreamEventMetadata', NUMBERS],
  ['createStreamProgressMetadata', NUMBERS],
  ['createStreamTokenMetadata', NUMBERS],
  ['getStreamingConfig', OPTIONS],
  ['getStreamingConfigWithDefaults', OPTIONS],
  ['setStreamingConfig', OPTIONS],
]);

/** Injection tokens of old versions that were texts, and what to inject. */
export const REMOVED_TOKENS: ReadonlyMap<string, string> = new Map([
  ['EVENT_STREAM_PROCESSOR_SERVICE_TOKEN', 'inject `EventStreamProcessorService`'],
  ['IStreamingService', 'inject `StreamingService`'],
  ['STREAMING_SERVICE_TOKEN', 'inject `StreamingService`'],
  ['StreamingWebSocketGateway', 'inject the class `StreamingWebSocketGateway`'],
  ['StreamingWebSocketService', 'inject `StreamingWebSocketGateway`'],
  ['TOKEN_STREAMING_SERVICE_TOKEN', 'inject `TokenStreamingService`'],
  ['WEBSOCKET_BRIDGE_SERVICE_TOKEN', 'inject `WebSocketBridgeService`'],
  ['WEBSOCKET_GATEWAY_CONFIG', 'inject `RESOLVED_STREAMING_OPTIONS` (entry point `gateway`)'],
]);

/** The suite of which the library was a part. Its other packages took streaming options too. */
export const SUITE = '@hive-academy/';
