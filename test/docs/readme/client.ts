// client.ts
import type { StreamingClient } from '@hive-academy/langgraph-streaming/client';

/** Follows a run to its end, and puts its questions to the user. */
export async function watch(client: StreamingClient, id: string, approve: (q: unknown) => boolean) {
  const run = client.execution(id, { eventTypes: ['token', 'progress'] }); // and changes of state
  run.on('update', ({ type, data }) => console.log(type, data));
  run.on('reset', () => console.log('updates were lost; run.text begins anew'));
  run.on('state', () => {
    const [question] = run.interrupts;
    if (question) client.respond(id, approve(question.value), question.id).catch(console.warn);
  });
  return run.finalText();
}
