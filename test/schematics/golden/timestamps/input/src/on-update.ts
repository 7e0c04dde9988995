import type { StreamUpdate } from '@hive-academy/langgraph-streaming';

export function onUpdate(update: StreamUpdate): string {
  const age = Date.now() - new Date(update.metadata?.timestamp ?? 0).getTime();
  return `${age} ${update.metadata?.timestamp.toISOString()}`;
}

export const update = {
  type: 'custom',
  data: 1,
  metadata: { timestamp: new Date(), sequenceNumber: 1, executionId: 'a' },
};

export const unrelated = { metadata: { timestamp: new Date() } };
