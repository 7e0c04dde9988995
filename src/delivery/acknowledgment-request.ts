import type { SubscriberIdentity } from './subscriber.js';

/** How clients are asked whether they have all of a channel. */
export interface AcknowledgmentRequest {
  /** How long they may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Ask these principals and connections only. */
  readonly targets?: readonly string[] | undefined;
}

/** Who answered, and who did not in time. */
export interface AcknowledgmentAnswers {
  readonly acknowledged: readonly SubscriberIdentity[];
  readonly missing: readonly SubscriberIdentity[];
}
