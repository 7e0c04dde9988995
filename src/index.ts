// The module and its options
export { StreamingModule } from './streaming.module.js';
export type {
  StreamingModuleAsyncOptions,
  StreamingModuleOptions,
  StreamingOptionsFactory,
} from './streaming.module.js';
export type { WebSocketGatewayOptions } from './options/streaming-module-options.js';
export { STREAMING_OPTIONS } from './options/tokens.js';

// Streaming
export { StreamingService } from './streaming.service.js';
export type { ExecutionHandle, RunOptions } from './streaming.service.js';
export type { SourceFunction, StreamSource } from './sources/stream-source.js';
export type { ExecutionContext, ExecutionSource } from './executions/execution-source.js';
export type { InterruptResponse } from './protocol/interrupt-request.js';
export type { EmitOptions, Emitter, TokenOptions } from './executions/emitter.js';
export { TokenStreamingService } from './executions/token-streaming.service.js';
export { EventStreamProcessorService } from './executions/event-stream-processor.service.js';

// Agents and threads
export { StreamingAgent } from './agents/streaming-agent.decorator.js';
export type { Agent } from './sources/agent.js';
export { ThreadService } from './threads/thread.service.js';

// Decorators
export {
  StreamAll,
  StreamEvent,
  StreamProgress,
  StreamToken,
} from './decorators/stream.decorators.js';
export type { StreamAllOptions } from './decorators/stream.decorators.js';
export { StreamContext } from './decorators/stream-context.js';
export type {
  DecoratorOptions,
  StreamEventOptions,
  StreamProgressOptions,
  StreamTokenOptions,
} from './options/decorator-options.js';

// The gateway
export { StreamingWebSocketGateway } from './gateway/streaming-websocket.gateway.js';
export { StreamingGateway } from './gateway/streaming-gateway.decorator.js';
export {
  GatewayConnection,
  GatewayConnectionManager,
} from './gateway/gateway-connection.manager.js';
export type { GatewayConnectionInfo } from './gateway/gateway-connection.manager.js';
export type { DeliveryTarget } from './gateway/entry-preparation.js';
export type { GatewaySession } from './gateway/gateway-session.js';

// The gateway over HTTP
export { StreamingHttpModule } from './transports/http/streaming-http.module.js';
export { CurrentPrincipal, StreamingAuthGuard } from './transports/http/streaming-auth.guard.js';
export { StreamingErrorFilter } from './transports/http/streaming-error.filter.js';

// Everybody who is connected
export { WebSocketBridgeService } from './bridge/websocket-bridge.service.js';

// Authentication and access
export { GatewayAuthenticationService } from './access/gateway-authentication.service.js';
export type { AuthenticationOptions } from './access/authentication-options.js';
export { ownerOf } from './access/principal.js';
export type { Principal } from './access/principal.js';
export { ApiKeyStrategy } from './access/strategies/api-key.strategy.js';
export { CustomStrategy } from './access/strategies/custom.strategy.js';
export { JwtStrategy } from './access/strategies/jwt.strategy.js';
export { OAuth2Strategy } from './access/strategies/oauth2.strategy.js';
export { SamlStrategy } from './access/strategies/saml.strategy.js';
export { TicketStrategy } from './access/strategies/ticket.strategy.js';
export { StreamAccessPolicy } from './access/stream-access-policy.js';
export type { AccessAction, AccessRequest } from './access/stream-access-policy.js';
export { OwnerAccessPolicy } from './access/access-policy/owner-access-policy.js';

// Errors
export { StreamingError } from './errors/streaming.error.js';
export { GatewayErrorHandler } from './errors/gateway-error-handler.js';

// The wire protocol
export type * from './protocol/application-updates.js';
export type { ClientSubscriptionConfig, ExecutionStatus } from './protocol/client-events.js';
export type { Cursor } from './protocol/cursor.js';
export { ERROR_CODES } from './protocol/error-codes.js';
export type { StreamingErrorCode } from './protocol/error-codes.js';
export { isTerminalState } from './protocol/execution-state.js';
export type { ExecutionState } from './protocol/execution-state.js';
export type {
  ConnectionStatusMessage,
  ErrorMessage,
  StreamUpdateMessage,
} from './protocol/server-events.js';
export { StreamEventType } from './protocol/stream-event-type.js';
export type { StreamEventName } from './protocol/stream-event-type.js';
export type {
  ProgressData,
  StreamUpdate,
  StreamUpdateData,
  StreamUpdateMetadata,
  TokenData,
} from './protocol/stream-update.js';
export type { StreamedMessage } from './protocol/streamed-message.js';
export type { StreamingGatewayEvents } from './protocol/streaming-gateway-events.js';
