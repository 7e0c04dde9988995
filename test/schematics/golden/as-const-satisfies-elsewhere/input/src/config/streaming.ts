import type { StreamingModuleOptions } from '@hive-academy/langgraph-streaming';

export const streaming = {
  websocket: { enabled: true, port: 3000 },
  defaultBufferSize: 50,
} as const satisfies StreamingModuleOptions;
