import type { SafeError } from '../../protocol/stream-update.js';
import type { StreamedMessage } from '../../protocol/streamed-message.js';
import type { ThreadInterrupt } from '../../protocol/thread-messages.js';
import { Conversation } from './conversation.js';
import type { SubscriptionReason } from '../reasons.js';
import type { ThreadRunView } from './thread-run-view.js';

/**
 * How much a page knows of a thread.
 *
 * - `idle`: the thread is not followed. A new thread stays `idle` until its first start.
 * - `loading`: the thread is followed, and the page waits for the conversation so far.
 * - `live`: the conversation is known, and the page gets its changes immediately.
 * - `deleted`: the thread was deleted.
 * - `failed`: the thread cannot be followed; `error` says why.
 * - `closed`: the page has stopped following the thread.
 *
 * @publicApi
 */
export type ThreadState = 'idle' | 'loading' | 'live' | 'deleted' | 'failed' | 'closed';

/**
 * Everything that a page knows of a thread, to show it. The view is immutable: each part stays the same object until
 * it changes.
 *
 * @publicApi
 */
export interface ThreadView {
  /** The id of the thread. */
  readonly id: string;
  /** How much the page knows of the thread. */
  readonly state: ThreadState;
  /** The title, if it was set. */
  readonly title: string | undefined;
  /** The metadata, if they were set. */
  readonly metadata: Readonly<Record<string, unknown>> | undefined;
  /**
   * The whole conversation: the messages of the agent's checkpointer, the messages of active runs as they grow, and the
   * messages that this page has sent but the server has not confirmed.
   */
  readonly messages: readonly StreamedMessage[];
  /** The rest of the agent's state at the end of the last run. */
  readonly values: unknown;
  /** The checkpoint of `values`. A fork can begin at it. */
  readonly checkpointId: string | undefined;
  /** The runs in the log of the thread, in the order of their starts. */
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

/** Makes the view of a thread. By default, of a thread that is not followed yet. */
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
