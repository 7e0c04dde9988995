// collect.ts
import type { StreamingService, StreamUpdate } from '@hive-academy/langgraph-streaming';

/** Returns all updates of an execution, from its start to its end. */
export async function collect(streaming: StreamingService, executionId: string) {
  const updates: StreamUpdate[] = [];
  for await (const update of streaming.follow(executionId)) updates.push(update);
  return updates;
}
