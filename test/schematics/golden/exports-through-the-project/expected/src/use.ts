// TODO(@hive-academy/langgraph-streaming): REMOVED_EXPORT: StreamMetadata: use `StreamUpdateMetadata`
import type { StreamingAuthError, StreamMetadata, WebSocketGatewayOptions as WebSocketGatewayConfig } from './barrel';
import type * as streaming from '@hive-academy/langgraph-streaming';

export type Config = streaming.WebSocketGatewayOptions | WebSocketGatewayConfig;
// TODO(@hive-academy/langgraph-streaming): REMOVED_EXPORT: StreamMetadata: use `StreamUpdateMetadata`
export type Metadata = streaming.StreamMetadata | StreamMetadata | StreamingAuthError;
// TODO(@hive-academy/langgraph-streaming): REMOVED_EXPORT: WebSocketMessage: use the payloads that `StreamingGatewayEvents` types
export type Imported = import('@hive-academy/langgraph-streaming').WebSocketMessage;
// TODO(@hive-academy/langgraph-streaming): REMOVED_EXPORT: NeverThere: there is nothing of this name
export type Nothing = streaming.NeverThere;
