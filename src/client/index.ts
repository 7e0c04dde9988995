export type { ReconnectionOptions } from './backoff.js';
export type { ConnectionChange, ConnectionState } from './connection.js';
export type { GatewaySocket } from './gateway-socket.js';
export {
  CLIENT_ERROR_CODES,
  StreamingClientError,
  type ClientErrorCode,
  type StreamingClientErrorOptions,
} from './streaming-client.error.js';
export type { ClientCredential, StreamingClientOptions } from './streaming-client-options.js';
export {
  createStreamingClient,
  type StreamingClient,
  type StreamingClientEvents,
} from './streaming-client.js';
export type {
  Subscription,
  SubscriptionEvents,
  SubscriptionOptions,
  SubscriptionReset,
  SubscriptionSnapshot,
} from './subscription.js';

export type {
  AuthenticationAnswer,
  AuthenticationPayload,
  ClientSubscriptionConfig,
  ClientToServerEvents,
  ExecutionStatus,
  StatusAnswer,
  SubscriptionPosition,
} from '../protocol/client-events.js';
export type { Cursor } from '../protocol/cursor.js';
export { ERROR_CODES, type ErrorBody, type StreamingErrorCode } from '../protocol/error-codes.js';
export { isTerminalState, type ExecutionState } from '../protocol/execution-state.js';
export type { ServerToClientEvents, StreamUpdateMessage } from '../protocol/server-events.js';
export { StreamEventType, type StreamEventName } from '../protocol/stream-event-type.js';
export type {
  ExecutionStateData,
  InterruptRequest,
  ProgressData,
  SafeError,
  StreamUpdate,
  StreamUpdateMetadata,
  TokenData,
} from '../protocol/stream-update.js';
export type { StreamingGatewayEvents } from '../protocol/streaming-gateway-events.js';
