import type { SafeError } from '../../protocol/stream-update.js';
import type { ThreadRun } from '../../protocol/thread-messages.js';

/**
 * A run of a thread, as a page shows it.
 *
 * @publicApi
 */
export interface ThreadRunView extends ThreadRun {
  /** In milliseconds since the Unix epoch; absent until it has ended. */
  readonly endedAt?: number;
  /** Why it was cancelled. */
  readonly reason?: string;
  /** Why it failed, if the page followed it then. */
  readonly error?: SafeError;
  /** Whether it was rolled back: what it said is not part of the conversation. */
  readonly void?: true;
}
