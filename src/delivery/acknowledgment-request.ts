import type { SubscriberIdentity } from './subscriber.js';

/** How clients are asked to acknowledge all updates of a channel. */
export interface AcknowledgmentRequest {
  /** How long they may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Ask only these principals and connections. */
  readonly targets?: readonly string[] | undefined;
}

/** The clients that answered, and the clients that did not answer in time. */
export interface AcknowledgmentAnswers {
  readonly acknowledged: readonly SubscriberIdentity[];
  readonly missing: readonly SubscriberIdentity[];
}
