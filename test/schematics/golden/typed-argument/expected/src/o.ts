import type { StreamingModuleOptions } from '@hive-academy/langgraph-streaming';
function start(o: StreamingModuleOptions) { return o; }
export const x = start({ gateway: { enabled: true } });
