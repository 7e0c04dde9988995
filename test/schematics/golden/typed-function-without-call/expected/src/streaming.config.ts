import type { StreamingModuleOptions } from '@hive-academy/langgraph-streaming';

export const streaming = (): StreamingModuleOptions => ({ log: { maxEntries: 10 }, gateway: { enabled: true } });

export async function later(): Promise<StreamingModuleOptions> {
  return { log: { maxEntries: 20 } };
}
