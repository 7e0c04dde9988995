// follow-from-cursor.ts
import type { StreamingClient, StreamUpdate } from '@hive-academy/langgraph-streaming/client';

/** Hands each update to `show`, which keeps what it shows; the cursor says what it has had. */
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
