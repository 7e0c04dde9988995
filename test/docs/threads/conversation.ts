// conversation.ts
import type { StreamingClient, ThreadView } from '@hive-academy/langgraph-streaming/client';

/** Shows a conversation whenever it changes, and returns what a page does with it. */
export function openConversation(
  client: StreamingClient,
  id: string,
  render: (view: ThreadView) => void,
) {
  const thread = client.thread(id, { agent: 'support' });
  thread.on('change', () => render(thread.view()));
  return {
    ask: (content: string) =>
      thread.start({ messages: [{ id: crypto.randomUUID(), role: 'user', content }] }),
    answer: (value: unknown) => thread.respond(value),
    stop: () => thread.cancel(),
    rename: (title: string) => thread.update({ title }),
    leave: () => thread.close(),
  };
}
