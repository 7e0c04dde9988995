import type { StreamingAuthError, StreamMetadata, WebSocketGatewayConfig } from './barrel';
import type * as streaming from '@hive-academy/langgraph-streaming';

export type Config = streaming.WebSocketGatewayConfig | WebSocketGatewayConfig;
export type Metadata = streaming.StreamMetadata | StreamMetadata | StreamingAuthError;
export type Imported = import('@hive-academy/langgraph-streaming').WebSocketMessage;
export type Nothing = streaming.NeverThere;
