import type { StreamingModuleOptions } from '@hive-academy/langgraph-streaming';
export function f(o: StreamingModuleOptions = { websocket: { enabled: true } }) { return o; }
