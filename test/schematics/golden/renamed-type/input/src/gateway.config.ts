import { WebSocketGatewayConfig } from '@hive-academy/langgraph-streaming';

export const gateway: WebSocketGatewayConfig = { websocket: { heartbeatInterval: 1000 }, enabled: true };
