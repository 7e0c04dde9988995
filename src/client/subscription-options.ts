import type { ClientSubscriptionConfig } from '../protocol/client-events.js';
import type { Cursor } from '../protocol/cursor.js';
import type { ExecutionStateData, ProgressData } from '../protocol/stream-update.js';
import type { StreamedMessage } from '../protocol/streamed-message.js';

/**
 * Everything that a subscription knows, as plain JSON. Keep it, for example in `sessionStorage`. To continue at the same
 * position and with the same text, pass it as the option `snapshot`.
 *
 * @publicApi
 */
export interface SubscriptionSnapshot {
  /** The position of the last update. */
  readonly cursor?: Cursor;
  /** The joined text. */
  readonly text: string;
  /** The messages. */
  readonly messages?: readonly StreamedMessage[];
  /** The joined text by node. */
  readonly nodeTexts: Readonly<Record<string, string>>;
  /** The joined text by agent. */
  readonly agentTexts?: Readonly<Record<string, string>>;
  /** The state of the execution. */
  readonly state?: ExecutionStateData;
  /** The newest progress. */
  readonly progress?: ProgressData;
}

/**
 * Options of a subscription.
 *
 * @publicApi
 */
export interface SubscriptionOptions extends ClientSubscriptionConfig {
  /** Continue from this snapshot. It includes the cursor. */
  readonly snapshot?: SubscriptionSnapshot;
  /**
   * How many updates may wait for a slow `for await` loop. If this number is reached, the client unsubscribes for a
   * while. When the loop has caught up, the client continues from the log, so no update is lost.
   *
   * @default 1000
   */
  readonly maxBufferedUpdates?: number;
}

/**
 * Options of a subscription to an execution.
 *
 * @publicApi
 */
export interface ExecutionSubscriptionOptions extends SubscriptionOptions {
  /**
   * How long to wait for the execution if it does not exist yet, in milliseconds. So a page can subscribe before it
   * starts the run. If the time is over, the subscription fails with `EXECUTION_NOT_FOUND`.
   *
   * @default 0
   */
  readonly waitForMs?: number;
}
