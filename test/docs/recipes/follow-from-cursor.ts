// follow-from-cursor.ts
import type { StreamingClient, StreamUpdate } from '@hive-academy/langgraph-streaming/client';

/** Gives each update to `show`, which stores the content, then saves the cursor of the update. */
export async function followFromCursor(
  client: StreamingClient,
  executionId: string,
  show: (update: StreamUpdate) => void,
) {
  const saved = sessionStorage.getItem(executionId);
  const run = client.execution(executionId, saved ? { cursor: JSON.parse(saved) } : {});
  for await (const update of run) {
    show(update);
    sessionStorage.setItem(executionId, JSON.stringify(run.cursor));
  }
}
