// follow-over-reloads.ts
import type { StreamingClient, Subscription } from '@hive-academy/langgraph-streaming/client';

/** Follows a run; after a reload of the page it goes on where it was, text included. */
export function followOverReloads(client: StreamingClient, executionId: string): Subscription {
  const saved = sessionStorage.getItem(executionId);
  const run = client.execution(executionId, saved ? { snapshot: JSON.parse(saved) } : {});
  run.on('update', () => sessionStorage.setItem(executionId, JSON.stringify(run.snapshot())));
  return run;
}
