// The names that your own log or backend implements and uses.
export type { StreamLogOptions } from '../options/streaming-module-options.js';
export { STREAM_LOG, STREAMING_BACKEND } from '../options/tokens.js';
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
} from '../log/stream-log.js';
export { draftUpdate, LogEntry } from '../log/log-entry.js';
export type { UpdateContent, UpdateDraft, UpdateInput } from '../log/log-entry.js';
export { channelLife } from '../log/channel-life.js';
export type { ChannelLife } from '../log/channel-life.js';
export type { LogAvailability } from '../log/log-availability.js';
export { canServe } from '../log/log-position.js';
export type { LogEvent, LogListener } from '../log/log-event.js';
export { MemoryStreamLog } from '../log/memory-stream-log.js';
export type { MemoryStreamLogOptions } from '../log/memory-stream-log.js';
export type { FollowOptions } from '../log/follow-channel.js';
export { memoryBackend } from '../cluster/memory/memory-backend.js';
export type {
  ControlListener,
  InstanceControl,
  InstanceLeases,
  LeaseEvents,
  StreamingBackend,
  StreamingBackendFactory,
  StreamingBackendOptions,
} from '../cluster/streaming-backend.js';
export type { SignInStore } from '../access/strategies/sign-in-store.js';
export type { SharedCount, SharedLimits } from '../access/rate-limit/shared-limits.js';
export type {
  ControlMessage,
  ControlRequestName,
  ControlRequests,
} from '../cluster/control-requests.js';
export type {
  KeyedStart,
  ThreadChanges,
  ThreadListPosition,
  ThreadRecord,
  ThreadStore,
} from '../cluster/thread-store.js';
