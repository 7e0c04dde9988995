import { WebSocketGatewayOptions as WebSocketGatewayConfig } from '@hive-academy/langgraph-streaming';

export const gateway: WebSocketGatewayConfig = { pingIntervalMs: 1000, enabled: true };
