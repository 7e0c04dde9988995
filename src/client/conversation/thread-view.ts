import type { SafeError } from '../../protocol/stream-update.js';
import type { StreamedMessage } from '../../protocol/streamed-message.js';
import type { ThreadInterrupt } from '../../protocol/thread-messages.js';
import { Conversation } from './conversation.js';
import type { SubscriptionReason } from '../reasons.js';
import type { ThreadRunView } from './thread-run-view.js';

/**
 * How much a page knows of a thread.
 *
 * - `idle`: it is not followed. A new thread stays `idle` until its first start.
 * - `loading`: it is followed, and the conversation so far is on its way.
 * - `live`: the conversation is known, and changes of it come as they happen.
 * - `deleted`: somebody deleted it.
 * - `failed`: it cannot be followed; `error` says why.
 * - `closed`: the page follows it no more.
 *
 * @publicApi
 */
export type ThreadState = 'idle' | 'loading' | 'live' | 'deleted' | 'failed' | 'closed';

/**
 * All that a page knows of a thread, to be shown. It is immutable: each part stays the same object until it
 * changes.
 *
 * @publicApi
 */
export interface ThreadView {
  /** The id of the thread. */
  readonly id: string;
  readonly state: ThreadState;
  readonly title: string | undefined;
  readonly metadata: Readonly<Record<string, unknown>> | undefined;
  /**
   * The whole conversation: what the agent keeps, what active runs say now, and, until the server has it,
   * what this page has just sent.
   */
  readonly messages: readonly StreamedMessage[];
  /** The rest of the agent's state, as it was when the last run ended. */
  readonly values: unknown;
  /** The checkpoint of `values`: a fork can begin there. */
  readonly checkpointId: string | undefined;
  /** The runs that the log of the thread tells, in the order in which they were started. */
  readonly runs: readonly ThreadRunView[];
  /** The questions that wait for an answer. */
  readonly interrupts: readonly ThreadInterrupt[];
  /**
   * Why the thread has its state, if it is `deleted`, `failed` or `closed`; else why nothing new comes now, such
   * as `CONNECTION_LOST`.
   */
  readonly reason: SubscriptionReason | undefined;
  /** Why the thread cannot be followed. */
  readonly error: SafeError | undefined;
}

/** What is known of a thread. By default what is known before it is followed. */
export function viewOf(
  id: string,
  { kept, messages, runs, interrupts } = new Conversation(),
  state: ThreadState = 'idle',
  reason?: SubscriptionReason,
  error?: SafeError,
): ThreadView {
  return Object.freeze({
    id,
    state,
    title: kept?.title,
    metadata: kept?.metadata,
    messages,
    values: kept?.state,
    checkpointId: kept?.checkpointId,
    runs,
    interrupts,
    reason,
    error,
  });
}
