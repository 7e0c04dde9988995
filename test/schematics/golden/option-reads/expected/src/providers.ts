import { STREAMING_OPTIONS, type WebSocketGatewayOptions as WebSocketGatewayConfig } from '@hive-academy/langgraph-streaming';

const TOKEN = 'STREAMING_OPTIONS';

export const providers = [
  {
    provide: 'WS_PORT',
    inject: ['OTHER', STREAMING_OPTIONS],
    // TODO(@hive-academy/langgraph-streaming): LEGACY_ACCESS: `websocket.port` is `gateway.port` now
    useFactory: (other: any, options: any) => options['websocket'].port ?? other.websocket.port,
  },
  {
    provide: 'WS_ON',
    inject: [{ token: TOKEN, optional: true }],
    useFactory(options?: { enabled?: boolean }) {
      // TODO(@hive-academy/langgraph-streaming): LEGACY_ACCESS: `enabled` is `gateway.enabled` now
      return options?.enabled;
    },
  },
];

export function isOpen(gateway: WebSocketGatewayConfig): boolean {
  // TODO(@hive-academy/langgraph-streaming): LEGACY_ACCESS: `gateway.auth.required` is `gateway.authentication` now
  return !gateway.auth?.required;
}
