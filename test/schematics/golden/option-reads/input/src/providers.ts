import { STREAMING_OPTIONS, type WebSocketGatewayConfig } from '@hive-academy/langgraph-streaming';

const TOKEN = 'STREAMING_OPTIONS';

export const providers = [
  {
    provide: 'WS_PORT',
    inject: ['OTHER', STREAMING_OPTIONS],
    useFactory: (other: any, options: any) => options['websocket'].port ?? other.websocket.port,
  },
  {
    provide: 'WS_ON',
    inject: [{ token: TOKEN, optional: true }],
    useFactory(options?: { enabled?: boolean }) {
      return options?.enabled;
    },
  },
];

export function isOpen(gateway: WebSocketGatewayConfig): boolean {
  return !gateway.auth?.required;
}
