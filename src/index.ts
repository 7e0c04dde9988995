// The module and its options
export { StreamingModule } from './streaming.module.js';
export type {
  StreamingModuleAsyncOptions,
  StreamingModuleOptions,
  StreamingModuleRootOptions,
  StreamingOptionsFactory,
} from './streaming.module.js';
export type {
  ExecutionOptions,
  GatewayCorsOptions,
  StreamLogOptions,
  TokenStreamOptions,
  WebSocketGatewayOptions,
} from './options/streaming-module-options.js';
export type { SlowClientOptions } from './options/slow-client-options.js';
export type { LegacyGatewayOptions, LegacyWebSocketOptions } from './legacy/legacy-options.js';
export type {
  ResolvedGatewayOptions,
  ResolvedStreamingOptions,
} from './options/resolved-options.js';
export {
  RESOLVED_STREAMING_OPTIONS,
  STREAM_LOG,
  STREAMING_BACKEND,
  STREAMING_OPTIONS,
} from './options/tokens.js';

// Streaming
export { StreamingService } from './streaming.service.js';
export type { ExecutionHandle, RunOptions } from './streaming.service.js';
export type { ObservableLike, SourceFunction, StreamSource } from './sources/stream-source.js';
export type {
  EmitOptions,
  ExecutionContext,
  ExecutionSource,
  InterruptResponse,
  SourceOutcome,
  TokenOptions,
} from './executions/execution-source.js';
export type { ExecutionResult } from './executions/execution.js';
export type { OpenExecutionOptions } from './executions/execution-registry.js';
export type { OnExists } from './executions/execution-claim.js';
export type { ReserveOptions } from './executions/execution-reservations.js';
export { TokenStreamingService } from './executions/token-streaming.service.js';
export type { ActiveTokenStream, TokenStreamConfig } from './executions/token-streaming.service.js';
export { EventStreamProcessorService } from './executions/event-stream-processor.service.js';
export type { EventStats } from './executions/event-stream-processor.service.js';

// Decorators
export {
  StreamAll,
  StreamEvent,
  StreamProgress,
  StreamToken,
} from './decorators/stream.decorators.js';
export type { StreamAllOptions } from './decorators/stream.decorators.js';
export { StreamContext } from './decorators/stream-context.js';
export type { EventOptions } from './decorators/event-stream.js';
export type { ProgressReport } from './decorators/progress-stream.js';
export type {
  AcknowledgmentOptions,
  AcknowledgmentReport,
  AskedClient,
  FromArguments,
  StreamGatewayOptions,
} from './decorators/gateway-options.js';
export type { StreamMethodDecorator } from './decorators/decorate-method.js';
export {
  getAllStreamingMetadata,
  getStreamEventMetadata,
  getStreamProgressMetadata,
  getStreamTokenMetadata,
  hasEventStreaming,
  hasProgressStreaming,
  hasTokenStreaming,
  STREAM_EVENT_METADATA_KEY,
  STREAM_PROGRESS_METADATA_KEY,
  STREAM_TOKEN_METADATA_KEY,
} from './decorators/stream-metadata.js';
export type {
  StreamEventDecoratorMetadata,
  StreamingMetadata,
  StreamProgressDecoratorMetadata,
  StreamTokenDecoratorMetadata,
} from './decorators/stream-metadata.js';
export type {
  DecoratorOptions,
  EventFilter,
  EventPriority,
  ProgressFormat,
  ProgressMetadata,
  StreamEventOptions,
  StreamProgressOptions,
  StreamTokenOptions,
  TokenFilter,
  TokenMetadata,
} from './options/decorator-options.js';

// The log
export type {
  AppendOptions,
  AppendPosition,
  ChannelAttributes,
  ChannelClaim,
  ChannelInfo,
  FollowChannelOptions,
  FollowedChannel,
  LogRead,
  OpenChannelOptions,
  ResumableSource,
  StreamLog,
  Unfollow,
} from './log/stream-log.js';
export { draftUpdate, LogEntry } from './log/log-entry.js';
export type { UpdateContent, UpdateDraft, UpdateInput } from './log/log-entry.js';
export { channelLife } from './log/channel-life.js';
export type { ChannelLife } from './log/channel-life.js';
export { canServe } from './log/log-position.js';
export type { LogEvent, LogListener } from './log/log-event.js';
export { MemoryStreamLog } from './log/memory-stream-log.js';
export type { MemoryStreamLogOptions } from './log/memory-stream-log.js';
export type { FollowOptions } from './log/follow-channel.js';

// Several instances
export { memoryBackend } from './cluster/memory/memory-backend.js';
export type {
  ControlListener,
  InstanceControl,
  InstanceLeases,
  LeaseEvents,
  StreamingBackend,
  StreamingBackendFactory,
  StreamingBackendOptions,
} from './cluster/streaming-backend.js';
export type { SharedCount, SharedLimits } from './access/rate-limit/shared-limits.js';
export type {
  ControlMessage,
  ControlRequestName,
  ControlRequests,
} from './cluster/control-requests.js';

// The gateway
export { StreamingWebSocketGateway } from './gateway/streaming-websocket.gateway.js';
export { StreamingGateway } from './gateway/streaming-gateway.decorator.js';
export {
  GatewayConnection,
  GatewayConnectionManager,
} from './gateway/gateway-connection.manager.js';
export type { GatewayConnectionInfo, GatewayStats } from './gateway/gateway-connection.manager.js';
export type {
  GatewayNamespace,
  GatewayServer,
  GatewaySocket,
  GatewaySocketData,
} from './gateway/socket-types.js';
export type { DeliveryTarget } from './gateway/entry-preparation.js';
export type { GatewaySession } from './gateway/gateway-session.js';
// The gateway over HTTP
export { StreamingHttpModule } from './transports/http/streaming-http.module.js';
export type { StreamingHttpOptions } from './transports/http/streaming-http-options.js';
export { CurrentPrincipal, StreamingAuthGuard } from './transports/http/streaming-auth.guard.js';
export { StreamingErrorFilter } from './transports/http/streaming-error.filter.js';

// Everybody who is connected
export { WebSocketBridgeService } from './bridge/websocket-bridge.service.js';
export type {
  BridgeAccessOptions,
  BridgeClientInfo,
  BridgeClientOptions,
  BridgedExecutions,
  BridgeRoomInfo,
} from './bridge/bridge-types.js';

// Who may connect, and see what
export { GatewayAuthenticationService } from './access/gateway-authentication.service.js';
export type { GatewayHandshake, RevokeOptions } from './access/gateway-authentication.service.js';
export type { AuthenticationSession } from './access/authentication-session.js';
export type { AuthenticationOptions, CredentialSources } from './access/authentication-options.js';
export type {
  AuthenticationStrategy,
  HandshakeContext,
  HandshakeCredential,
} from './access/authentication-strategy.js';
export { ANONYMOUS, ownerOf, targetOf } from './access/principal.js';
export type { Principal } from './access/principal.js';
export { ApiKeyStrategy, hashApiKey } from './access/strategies/api-key.strategy.js';
export type { ApiKeyEntry, ApiKeyStrategyOptions } from './access/strategies/api-key.strategy.js';
export type { ClaimsMapping } from './access/strategies/claims-mapping.js';
export { CustomStrategy } from './access/strategies/custom.strategy.js';
export type { VerifyCredential } from './access/strategies/custom.strategy.js';
export { JwtStrategy } from './access/strategies/jwt.strategy.js';
export type { JwtStrategyOptions } from './access/strategies/jwt.strategy.js';
export type { JwtKeyOptions } from './access/strategies/jwt-keys.js';
export { OAuth2Strategy } from './access/strategies/oauth2.strategy.js';
export type { OAuth2StrategyOptions } from './access/strategies/oauth2.strategy.js';
export type { IntrospectionOptions } from './access/strategies/token-introspection.js';
export { SamlStrategy } from './access/strategies/saml.strategy.js';
export type { SamlStrategyOptions } from './access/strategies/saml.strategy.js';
export { TicketStrategy } from './access/strategies/ticket.strategy.js';
export type {
  ConnectionTicket,
  TicketStrategyOptions,
} from './access/strategies/ticket.strategy.js';
export { MemoryTicketStore } from './access/strategies/ticket-store.js';
export type { TicketStore } from './access/strategies/ticket-store.js';
export { StreamAccessPolicy } from './access/stream-access-policy.js';
export type { AccessAction, AccessRequest } from './access/stream-access-policy.js';
export { OpenAccessPolicy, OwnerAccessPolicy } from './access/access-policy/owner-access-policy.js';
export type { RoomAccess, RoomRule } from './access/access-policy/room-access.js';
export type {
  GatewayRateLimitOptions,
  RateLimitedClient,
} from './access/rate-limit/rate-limit-options.js';

// Errors
export { StreamingError } from './errors/streaming.error.js';
export type { LocalErrorCode, StreamingErrorOptions } from './errors/streaming.error.js';
export { GatewayErrorHandler } from './errors/gateway-error-handler.js';
export type { ErrorContext } from './errors/error-report.js';

// The wire protocol
export type * from './protocol/public-protocol.js';
export {
  ERROR_CODES,
  isStreamEventName,
  isTerminalState,
  StreamEventType,
  toStreamEventName,
} from './protocol/public-protocol.js';
