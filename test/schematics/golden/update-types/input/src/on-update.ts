import type { StreamUpdate, TokenData } from '@hive-academy/langgraph-streaming';

export const text = (update: StreamUpdate<TokenData>): string => update.data.content;

export function read(update: StreamUpdate): unknown {
  return update.data.content;
}

export function narrowed(update: StreamUpdate): unknown {
  return update.type === 'token' ? update.data.content : undefined;
}
