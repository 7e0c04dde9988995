import { isDeepStrictEqual } from 'node:util';
import type { StreamedMessage, Thread, ThreadView } from '../../src/client/index.js';
import {
  createStreamingClient,
  type StreamingClient,
  type StreamingClientOptions,
} from '../../src/client/index.js';
import { CuttableProxy } from '../e2e/client/cuttable-proxy.js';
import { onTestEnd, type StreamingApp } from './streaming-app.js';

/** A page of a user: the client of this package, over a network that can be cut. */
export interface Page {
  readonly client: StreamingClient;
  readonly network: CuttableProxy;
}

/** Opens a page of an application; it is closed after the test. */
export async function openPage(
  { url }: Pick<StreamingApp, 'url'>,
  token = 'ada',
  options: StreamingClientOptions = {},
): Promise<Page> {
  const network = await CuttableProxy.start(url);
  onTestEnd(() => network.close());
  const client = createStreamingClient({
    url: network.url,
    auth: { token },
    reconnection: { minDelayMs: 1, maxDelayMs: 10 },
    ...options,
  });
  onTestEnd(() => client.close());
  return { client, network };
}

/** Resolves when what a page knows of a thread meets a condition. */
export function shows(
  thread: Thread,
  condition: (view: ThreadView) => boolean,
): Promise<ThreadView> {
  return new Promise((resolve) => {
    const check = (): void => {
      const view = thread.view();
      if (!condition(view)) return;
      stop();
      resolve(view);
    };
    const stop = thread.on('change', check);
    check();
  });
}

/** Resolves when two pages show the same messages. */
export async function agree(one: Thread, other: Thread): Promise<void> {
  const isMet = (): boolean => isDeepStrictEqual(one.messages, other.messages);
  await Promise.race([shows(one, isMet), shows(other, isMet)]);
}

/** Resolves when the states of all runs are these. */
export const hasRuns =
  (...states: readonly string[]) =>
  ({ runs }: ThreadView): boolean =>
    isDeepStrictEqual(
      runs.map(({ state }) => state),
      states,
    );

/** `role: text` of each message. */
export const linesOf = ({
  messages,
}: {
  readonly messages: readonly StreamedMessage[];
}): string[] => messages.map(({ role, content }) => `${role}: ${content}`);

/** Whether the conversation is this, as `role: text` of each message. */
export const says =
  (...lines: readonly string[]) =>
  (view: ThreadView): boolean =>
    isDeepStrictEqual(linesOf(view), lines);
