import type { StreamingModuleOptions } from '@hive-academy/langgraph-streaming';
export class C {
  createStreamingOptions = (): StreamingModuleOptions => ({ websocket: { enabled: true } });
}
