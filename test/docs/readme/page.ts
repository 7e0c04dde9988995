// page.ts
import { createStreamingClient } from '@hive-academy/langgraph-streaming/client';

/** Starts a run and shows its text as it grows, whatever the network does meanwhile. */
export async function ask(url: string, token: string, show: (text: string) => void) {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/runs`, { method: 'POST', headers });
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  const { executionId } = (await response.json()) as { executionId: string };

  const client = createStreamingClient({ url, auth: { token } });
  const run = client.execution(executionId);
  for await (const { type } of run) if (type === 'token') show(run.text);
  client.close();
}
