import type { ClientSubscriptionConfig } from '../protocol/client-events.js';
import type { Cursor } from '../protocol/cursor.js';
import type { ExecutionStateData, ProgressData } from '../protocol/stream-update.js';
import type { StreamedMessage } from '../protocol/streamed-message.js';

/**
 * All that a subscription knows, as plain JSON. Keep it (in `sessionStorage`, say) and pass it back
 * as `snapshot` to go on where it was taken, text included.
 *
 * @publicApi
 */
export interface SubscriptionSnapshot {
  readonly cursor?: Cursor;
  readonly text: string;
  readonly messages?: readonly StreamedMessage[];
  readonly nodeTexts: Readonly<Record<string, string>>;
  readonly agentTexts?: Readonly<Record<string, string>>;
  readonly state?: ExecutionStateData;
  readonly progress?: ProgressData;
}

/**
 * Options of a subscription.
 *
 * @publicApi
 */
export interface SubscriptionOptions extends ClientSubscriptionConfig {
  /** Go on from here; it includes the cursor. */
  readonly snapshot?: SubscriptionSnapshot;
  /**
   * How many updates may wait for a slow `for await` loop. At that number the subscription rests:
   * the server sends nothing, and what was missed is read from its log once the loop has caught up.
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
   * How long to wait for the execution if it does not exist yet, in milliseconds: a page can subscribe
   * before it starts the run. Afterwards the subscription fails with `EXECUTION_NOT_FOUND`.
   *
   * @default 0
   */
  readonly waitForMs?: number;
}
