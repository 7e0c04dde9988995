import type { StreamingModuleOptions } from '@hive-academy/langgraph-streaming';
export class C { readonly options: StreamingModuleOptions = { websocket: { enabled: true } }; }
