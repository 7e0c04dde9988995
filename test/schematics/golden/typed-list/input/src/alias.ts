import type { StreamingModuleOptions } from '@hive-academy/langgraph-streaming';

type Options = StreamingModuleOptions;

export const byAlias: Options = { websocket: { enabled: true } };
