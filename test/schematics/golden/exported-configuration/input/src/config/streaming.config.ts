import type { StreamingModuleOptions } from '@hive-academy/langgraph-streaming';

export const streamingConfig: StreamingModuleOptions = {
  websocket: { enabled: true, port: 3000 },
  gateway: { auth: { required: true, jwtSecret: process.env['JWT_SECRET'] ?? '' } },
};
