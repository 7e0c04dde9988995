// The names for tools and libraries that read or write the metadata of the decorators.
export type { ProgressReport } from '../executions/emitter.js';
export type {
  AcknowledgmentOptions,
  AcknowledgmentReport,
  AskedClient,
  FromArguments,
  StreamGatewayOptions,
} from '../decorators/gateway-options.js';
export type { StreamMethodDecorator } from '../decorators/decorate-method.js';
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
} from '../decorators/stream-metadata.js';
export type {
  StreamEventDecoratorMetadata,
  StreamingMetadata,
  StreamProgressDecoratorMetadata,
  StreamTokenDecoratorMetadata,
} from '../decorators/stream-metadata.js';
export type {
  EventFilter,
  EventPriority,
  ProgressFormat,
  ProgressMetadata,
  TokenFilter,
  TokenMetadata,
} from '../options/decorator-options.js';
