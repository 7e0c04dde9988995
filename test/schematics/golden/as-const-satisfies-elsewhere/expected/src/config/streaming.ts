import type { StreamingModuleOptions } from '@hive-academy/langgraph-streaming';

export const streaming = {
  gateway: { enabled: true, port: 3000 },
  log: { maxEntries: 50 },
} as const satisfies StreamingModuleOptions;
