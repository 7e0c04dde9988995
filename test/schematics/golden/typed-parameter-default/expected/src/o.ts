import type { StreamingModuleOptions } from '@hive-academy/langgraph-streaming';
export function f(o: StreamingModuleOptions = { gateway: { enabled: true } }) { return o; }
