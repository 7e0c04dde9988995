import type { StreamingModuleOptions } from '@hive-academy/langgraph-streaming';
export class C { readonly options: StreamingModuleOptions = { gateway: { enabled: true } }; }
