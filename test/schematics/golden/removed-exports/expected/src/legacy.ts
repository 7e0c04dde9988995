// TODO(@hive-academy/langgraph-streaming): REMOVED_EXPORT: WebSocketGatewayStats: use `GatewayStats`
import type { ErrorMessage as ErrorPayload, WebSocketGatewayStats } from '@hive-academy/langgraph-streaming';
// TODO(@hive-academy/langgraph-streaming): REMOVED_EXPORT: setStreamingConfig: give the options to `StreamingModule.forRoot`
// TODO(@hive-academy/langgraph-streaming): REMOVED_EXPORT: StreamingWebSocketService: inject `StreamingWebSocketGateway`
import { setStreamingConfig, StreamingWebSocketService as Sockets } from '@hive-academy/langgraph-streaming';

// TODO(@hive-academy/langgraph-streaming): REMOVED_EXPORT: RateLimiterService: set `gateway.rateLimit`
export { RateLimiterService } from '@hive-academy/langgraph-streaming';
export type Failure = ErrorPayload;
export type Stats = WebSocketGatewayStats;

setStreamingConfig({});
export const sockets = Sockets;
