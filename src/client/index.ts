export type { ReconnectionOptions } from './backoff.js';
export type { ConnectionChange, ConnectionState } from './connection-options.js';
export type { ClientSocket } from './client-socket.js';
export {
  CLIENT_ERROR_CODES,
  StreamingClientError,
  type ClientErrorCode,
  type StreamingClientErrorOptions,
} from './streaming-client.error.js';
export type { ClientCredential, StreamingClientOptions } from './streaming-client-options.js';
export {
  createChannelClient,
  type ChannelClient,
  type StreamingClientEvents,
} from './channel-client.js';
export { createStreamingClient, type StreamingClient } from './streaming-client.js';
export type { Thread } from './conversation/thread.js';
export type {
  ThreadCancelOptions,
  ThreadEvents,
  ThreadOptions,
  ThreadStartOptions,
} from './conversation/thread-options.js';
export type { ThreadRunView } from './conversation/thread-run-view.js';
export type { ThreadState, ThreadView } from './conversation/thread-view.js';
export type { ExecutionSubscription, RespondOptions } from './execution-subscription.js';
export type { ConnectionReason, SubscriptionReason } from './reasons.js';
export type { NodeView, SubscriptionStatus, SubscriptionView } from './subscription-view.js';
export type { Subscription } from './subscription.js';
export type { SubscriptionEvents, SubscriptionReset } from './subscription-events.js';
export type {
  ExecutionSubscriptionOptions,
  SubscriptionOptions,
  SubscriptionSnapshot,
} from './subscription-options.js';

export type * from '../protocol/public-protocol.js';
export {
  ERROR_CODES,
  isStreamEventName,
  isTerminalState,
  StreamEventType,
  toStreamEventName,
} from '../protocol/public-protocol.js';
