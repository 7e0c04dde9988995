import type { SafeError } from '../../protocol/stream-update.js';
import type { ThreadRun } from '../../protocol/thread-messages.js';

/**
 * A run of a thread, with the facts that a page shows.
 *
 * @publicApi
 */
export interface ThreadRunView extends ThreadRun {
  /** When the run ended, in milliseconds since the Unix epoch. Absent until then. */
  readonly endedAt?: number;
  /** Why the run was cancelled. */
  readonly reason?: string;
  /** Why the run failed, if the page followed the run at that time. */
  readonly error?: SafeError;
  /** Set if the run was rolled back. Then its messages are not part of the conversation. */
  readonly void?: true;
}
