// stop-button.ts
import type { StreamingClient } from '@hive-academy/langgraph-streaming/client';

export async function stop(client: StreamingClient, executionId: string) {
  await client.cancel(executionId, 'Stopped by the reader');
}
