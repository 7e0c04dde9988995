import {
  createStreamingClient,
  type StreamingClient,
  type Subscription,
} from '../../src/client/index.js';
import { NAMESPACE } from '../variant.js';
import { viewerToken } from '../viewers/credential.js';
import { answerCalls } from './calls.js';

let client: StreamingClient | undefined;
let subscription: Subscription | undefined;
let text = '';

/** Subscribes as a page does: it keeps the text that has come so far. */
async function subscribe({ port, runId }: { port: number; runId: string }): Promise<void> {
  const token = await viewerToken();
  client = createStreamingClient({
    url: `http://127.0.0.1:${port}`,
    namespace: NAMESPACE,
    auth: { token },
  });
  const execution = client.execution(runId);
  subscription = execution;
  execution.on('update', () => (text = execution.text));
  await new Promise((resolve, reject) => {
    execution.on('subscribed', resolve);
    execution.on('error', reject);
  });
}

/** The CPU time that this process used so far, in milliseconds. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Waits until the execution has ended. @throws when the text that came has another length */
async function complete({ length }: { length: number }): Promise<void> {
  await subscription?.done;
  client?.close();
  if (text.length !== length) throw new Error(`${text.length} of ${length} characters came.`);
}

const methods = { subscribe, cpuMs, complete };

export type ClientMethods = typeof methods;

answerCalls(methods);
