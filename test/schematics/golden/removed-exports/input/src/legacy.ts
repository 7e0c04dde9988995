import type { ErrorPayload, WebSocketGatewayStats } from '@hive-academy/langgraph-streaming';
import { setStreamingConfig, StreamingWebSocketService as Sockets } from '@hive-academy/langgraph-streaming';

export { RateLimiterService } from '@hive-academy/langgraph-streaming';
export type Failure = ErrorPayload;
export type Stats = WebSocketGatewayStats;

setStreamingConfig({});
export const sockets = Sockets;
