import type { StartExecutionPayload } from '../../protocol/thread-messages.js';

/**
 * Options of `client.thread()`.
 *
 * @publicApi
 */
export interface ThreadOptions {
  /** The name of the agent that runs in the thread. */
  readonly agent: string;
  /**
   * Whether the thread does not exist before its first start. Then the client does not ask the server for it.
   *
   * @default true without an id
   */
  readonly isNew?: boolean;
}

/**
 * Options of `thread.start()`.
 *
 * @publicApi
 */
export type ThreadStartOptions = Pick<
  StartExecutionPayload,
  'key' | 'multitask' | 'checkpointId' | 'onInterrupt' | 'metadata'
>;

/**
 * Options of `thread.cancel()`.
 *
 * @publicApi
 */
export interface ThreadCancelOptions {
  /** The run to cancel. Without it, all runs that have not ended are cancelled. */
  readonly executionId?: string;
  /** Why the run is cancelled. The other viewers get the reason. */
  readonly reason?: string;
}

/**
 * The events of a thread, with what their listeners get.
 *
 * @publicApi
 */
export interface ThreadEvents {
  /** Something has changed: `view()` returns a new view. */
  change: undefined;
}
