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
   * Whether the thread begins with its first start, so that it need not be followed before that.
   *
   * @default true without an id
   */
  readonly isNew?: boolean;
}

/**
 * How a run is started in a thread.
 *
 * @publicApi
 */
export type ThreadStartOptions = Pick<
  StartExecutionPayload,
  'key' | 'multitask' | 'checkpointId' | 'onInterrupt' | 'metadata'
>;

/**
 * Which runs of a thread are cancelled, and why.
 *
 * @publicApi
 */
export interface ThreadCancelOptions {
  /** Only this run. Absent: all that have not ended. */
  readonly executionId?: string;
  /** Tells the other viewers why. */
  readonly reason?: string;
}

/**
 * The events of a thread, with what their listeners get.
 *
 * @publicApi
 */
export interface ThreadEvents {
  /** `view()` gives another view from now on. */
  change: undefined;
}
