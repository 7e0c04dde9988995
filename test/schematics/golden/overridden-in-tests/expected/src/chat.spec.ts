import { STREAMING_OPTIONS } from '@hive-academy/langgraph-streaming';

export const providers = [
  { provide: STREAMING_OPTIONS, useValue: { gateway: { enabled: true, port: 3000 } } },
  { provide: 'OTHER', useValue: { websocket: { port: 3000 } } },
];
