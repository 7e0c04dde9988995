import type { StreamUpdate } from '@hive-academy/langgraph-streaming';

export function onUpdate(update: StreamUpdate): string {
  const age = Date.now() - new Date(update.metadata?.timestamp ?? 0).getTime();
  // TODO(@hive-academy/langgraph-streaming): TIMESTAMP: write `new Date(timestamp)` where a `Date` is needed, and `Date.now()` where the timestamp is made
  return `${age} ${update.metadata?.timestamp.toISOString()}`;
}

export const update = {
  type: 'custom',
  data: 1,
  // TODO(@hive-academy/langgraph-streaming): TIMESTAMP: write `new Date(timestamp)` where a `Date` is needed, and `Date.now()` where the timestamp is made
  metadata: { timestamp: new Date(), sequenceNumber: 1, executionId: 'a' },
};

export const unrelated = { metadata: { timestamp: new Date() } };
