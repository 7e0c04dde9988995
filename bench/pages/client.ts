import { createStreamingClient } from '../../src/client/index.js';
import { show, type Followed } from './page.js';

export { shownText } from './page.js';

/** Follows a run with the client of this package. */
export async function follow({ url, namespace, token, runId }: Followed): Promise<void> {
  const execution = createStreamingClient({ url, namespace, auth: { token } }).execution(runId);
  execution.on('update', () => show(execution.text));
  await new Promise((resolve, reject) => {
    execution.on('subscribed', resolve);
    execution.on('error', reject);
  });
}
