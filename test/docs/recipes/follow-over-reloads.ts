// follow-over-reloads.ts
import type { StreamingClient, Subscription } from '@hive-academy/langgraph-streaming/client';

/** Follows a run. After a reload of the page, continues from the saved position with the saved text. */
export function followOverReloads(client: StreamingClient, executionId: string): Subscription {
  const saved = sessionStorage.getItem(executionId);
  const run = client.execution(executionId, saved ? { snapshot: JSON.parse(saved) } : {});
  run.on('update', () => sessionStorage.setItem(executionId, JSON.stringify(run.snapshot())));
  return run;
}
