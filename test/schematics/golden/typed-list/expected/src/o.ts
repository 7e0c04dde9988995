import type { StreamingModuleOptions } from '@hive-academy/langgraph-streaming';
export const all: StreamingModuleOptions[] = [{ gateway: { enabled: true } }];
