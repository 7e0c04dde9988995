import {
  createStreamingClient,
  type StreamingClient,
  type StreamingClientOptions,
  type Thread,
  type ThreadView,
} from '@hive-academy/langgraph-streaming/client';
import { onTestEnd } from './streaming-app.js';

/** A client of a page, which is closed after the test. */
export function openClient(options: StreamingClientOptions): StreamingClient {
  const client = createStreamingClient(options);
  onTestEnd(() => client.close());
  return client;
}

/** What a viewer is told in the place of an execution: the code of the error. */
export async function refusalOf(client: StreamingClient, executionId: string): Promise<string> {
  const outcome = client.execution(executionId).done.then(
    ({ state }) => new Error(`It was shown, and was ${state}.`),
    (error: unknown) => error,
  );
  return ((await outcome) as { code?: string }).code ?? String(await outcome);
}

/** Follows a conversation until what its page shows meets a condition. */
export async function viewOf(
  thread: Thread,
  isMet: (view: ThreadView) => boolean,
): Promise<ThreadView> {
  return new Promise((resolve) => {
    const check = (): void => {
      if (!isMet(thread.view())) return;
      stop();
      resolve(thread.view());
    };
    const stop = thread.on('change', check);
    check();
  });
}

/** Who said what in a conversation. */
export const saidIn = ({ messages }: ThreadView): string[] =>
  messages.map(({ role, content }) => `${role}: ${content}`);
