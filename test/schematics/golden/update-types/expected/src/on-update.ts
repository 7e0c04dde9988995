import type { StreamUpdate, TokenData } from '@hive-academy/langgraph-streaming';

// TODO(@hive-academy/langgraph-streaming): CHANGED_TYPE: `StreamUpdate<T>` takes the type of an update, such as `StreamUpdate<'token'>`
export const text = (update: StreamUpdate<TokenData>): string => update.data.content;

export function read(update: StreamUpdate): unknown {
  // TODO(@hive-academy/langgraph-streaming): CHANGED_TYPE: `data` depends on `type`: compare `update.type` first
  return update.data.content;
}

export function narrowed(update: StreamUpdate): unknown {
  return update.type === 'token' ? update.data.content : undefined;
}
