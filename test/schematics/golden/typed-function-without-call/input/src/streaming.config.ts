import type { StreamingModuleOptions } from '@hive-academy/langgraph-streaming';

export const streaming = (): StreamingModuleOptions => ({ defaultBufferSize: 10, websocket: { enabled: true } });

export async function later(): Promise<StreamingModuleOptions> {
  return { defaultBufferSize: 20 };
}
