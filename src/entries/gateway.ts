// The names that an application needs to work with its gateways, their sockets and their options.
export type { StreamingModuleRootOptions } from '../streaming.module.js';
export type {
  ExecutionOptions,
  GatewayCorsOptions,
  TokenStreamOptions,
} from '../options/streaming-module-options.js';
export type { SlowClientOptions } from '../options/slow-client-options.js';
export type { LegacyGatewayOptions, LegacyWebSocketOptions } from '../legacy/legacy-options.js';
export type {
  ResolvedGatewayOptions,
  ResolvedStreamingOptions,
} from '../options/resolved-options.js';
export { RESOLVED_STREAMING_OPTIONS } from '../options/tokens.js';
export type { ObservableLike } from '../sources/stream-source.js';
export type { SourceOutcome } from '../executions/execution-source.js';
export type { ExecutionResult } from '../executions/execution.js';
export type { OpenExecutionOptions } from '../executions/execution-registry.js';
export type {
  ActiveTokenStream,
  TokenStreamConfig,
} from '../executions/token-streaming.service.js';
export type { EventStats } from '../executions/event-stream-processor.service.js';
export type { GatewayStats } from '../gateway/gateway-connection.manager.js';
export type {
  GatewayNamespace,
  GatewayServer,
  GatewaySocket,
  GatewaySocketData,
} from '../gateway/socket-types.js';
export type { StreamingHttpOptions } from '../transports/http/streaming-http-options.js';
export type {
  BridgeAccessOptions,
  BridgeClientInfo,
  BridgeClientOptions,
  BridgedExecutions,
  BridgeRoomInfo,
} from '../bridge/bridge-types.js';
export type { LocalErrorCode, StreamingErrorOptions } from '../errors/streaming.error.js';
export type { ErrorContext } from '../errors/error-report.js';
export { isStreamEventName, toStreamEventName } from '../protocol/stream-event-type.js';
export type { OnExists } from '../executions/execution-claim.js';
export type { ReserveOptions } from '../executions/execution-reservations.js';
export type { AgentOptions } from '../options/streaming-module-options.js';
export type { StreamingAgentOptions } from '../agents/streaming-agent.decorator.js';
export { AgentRegistry } from '../agents/agent-registry.js';
export type { RegisteredAgent } from '../agents/agent-registry.js';
export type { AgentCheckpoints, AgentContext, StateEdit } from '../sources/agent.js';
export type { StandardSchema } from '../sources/standard-schema.js';
export type { StartAnswer, StartRequest } from '../threads/thread.service.js';
