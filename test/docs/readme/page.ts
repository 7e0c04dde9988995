// page.ts
import { createStreamingClient } from '@hive-academy/langgraph-streaming/client';

/** Shows a conversation as it grows, also after the connection was lost. */
export function chat(url: string, token: string, show: (text: string) => void) {
  const client = createStreamingClient({ url, auth: { token } });
  const thread = client.thread(crypto.randomUUID(), { agent: 'support' });
  thread.on('change', () =>
    show(thread.messages.map(({ role, content }) => `${role}: ${content}`).join('\n')),
  );
  const ask = (content: string) =>
    thread.start({ messages: [{ id: crypto.randomUUID(), role: 'user', content }] });
  return { ask, close: () => client.close() };
}
