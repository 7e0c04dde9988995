// The names of the wire protocol that the root and the client entry both publish. `export type *` of a whole
// module is necessary: otherwise applications could not extend its interfaces under the name of an entry.
export type * from './application-updates.js';
export type { Channel, ChannelOwner } from './channel.js';
export type {
  Ack,
  AckCallback,
  AuthenticationAnswer,
  AuthenticationPayload,
  CancelExecutionPayload,
  ClientEventName,
  ClientSubscriptionConfig,
  ClientToServerEvents,
  ExecutionStatus,
  GetStatusPayload,
  JoinRoomPayload,
  LeaveRoomPayload,
  RespondInterruptPayload,
  RoomAnswer,
  StatusAnswer,
  SubscribeEventsPayload,
  SubscribeExecutionPayload,
  SubscriptionAnswer,
  SubscriptionPosition,
  UnsubscribeExecutionPayload,
} from './client-events.js';
export type { Cursor } from './cursor.js';
export { ERROR_CODES } from './error-codes.js';
export type { ErrorBody, StreamingErrorCode } from './error-codes.js';
export { isTerminalState } from './execution-state.js';
export type { ExecutionState } from './execution-state.js';
export type {
  AuthenticationExpiringMessage,
  Confirmation,
  ConnectionLimits,
  ConnectionStatusMessage,
  ErrorMessage,
  ServerEventName,
  ServerToClientEvents,
  AcknowledgmentRequestMessage,
  StreamResetMessage,
  StreamUpdateMessage,
} from './server-events.js';
export { isStreamEventName, StreamEventType, toStreamEventName } from './stream-event-type.js';
export type { StreamEventName } from './stream-event-type.js';
export type {
  AnsweredInterrupt,
  ExecutionStateData,
  InterruptRequest,
  NodeRetryData,
  OmittedData,
  ProgressData,
  SafeError,
  StreamUpdate,
  StreamUpdateData,
  StreamUpdateMetadata,
  TokenData,
} from './stream-update.js';
export type {
  StreamedCitation,
  StreamedInvalidToolCall,
  StreamedMessage,
  StreamedToolCall,
  StreamedToolCallChunk,
  StreamedUsage,
} from './streamed-message.js';
export type {
  GetThreadHistoryPayload,
  ListThreadsPayload,
  Multitask,
  StartExecutionAnswer,
  StartExecutionPayload,
  SubscribeThreadPayload,
  ThreadAnswer,
  ThreadCheckpoint,
  ThreadHistoryAnswer,
  ThreadInterrupt,
  ThreadListAnswer,
  ThreadPayload,
  ThreadRun,
  ThreadSubscriptionAnswer,
  ThreadSummary,
  UpdateThreadAnswer,
  UpdateThreadPayload,
} from './thread-messages.js';
export type { ThreadRunData, ThreadRunState, ThreadUpdateData } from './thread-updates.js';
export type { StreamingGatewayEvents } from './streaming-gateway-events.js';
