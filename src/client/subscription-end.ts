import type { ExecutionStateData } from '../protocol/stream-update.js';
import type { StreamingClientError } from './streaming-client.error.js';

/** The end of a subscription: the last state of its execution, or an error. */
export type SubscriptionEnd =
  | { readonly state: ExecutionStateData; readonly error?: undefined }
  | { readonly error: StreamingClientError; readonly state?: undefined };

/** What a loop throws. If the subscription was closed, the loop just ends. */
export function failureOf({ error }: SubscriptionEnd): StreamingClientError | undefined {
  return error?.code === 'CLIENT_CLOSED' ? undefined : error;
}

/**
 * The end as a promise.
 *
 * @param onStart - gets the function that settles the promise
 */
export function doneOf(
  onStart: (settle: (end: SubscriptionEnd) => void) => void,
): Promise<ExecutionStateData> {
  const done = new Promise<ExecutionStateData>((resolve, reject) =>
    onStart(({ state, error }) => (state ? resolve(state) : reject(error))),
  );
  // Until a caller reads `done`, its rejection must not count as unhandled.
  done.catch(() => undefined);
  return done;
}
