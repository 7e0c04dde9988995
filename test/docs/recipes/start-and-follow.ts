// start-and-follow.ts
import type { StreamingClient } from '@hive-academy/langgraph-streaming/client';

/** Makes an id, follows the run with this id, starts the run, and returns its text. */
export async function startAndFollow(
  client: StreamingClient,
  start: (id: string) => Promise<unknown>,
): Promise<string> {
  const id = crypto.randomUUID();
  const text = client.execution(id, { waitForMs: 30_000 }).finalText();
  await start(id);
  return text;
}
