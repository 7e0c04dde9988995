import type { ExecutionState } from '../protocol/execution-state.js';
import type {
  ExecutionStateData,
  InterruptRequest,
  ProgressData,
  SafeError,
} from '../protocol/stream-update.js';
import type { SubscriptionReason } from './reasons.js';
import type { StreamedMessage, StreamedUsage } from '../protocol/streamed-message.js';

/**
 * The state of a node.
 *
 * @publicApi
 */
export interface NodeView {
  /** `ended` means that the node was interrupted or cancelled. */
  readonly state: 'running' | 'completed' | 'failed' | 'ended';
}

/**
 * Whether a subscription gets updates.
 *
 * - `idle`: nobody listens yet, so it has not begun.
 * - `waiting`: the server is asked, or will be when it can be reached.
 * - `live`: updates come as they happen.
 * - `paused`: a `for await` loop is too slow; it goes on when the loop has caught up.
 * - `ended`: the execution is over.
 * - `failed`: the subscription cannot go on; its reason says why.
 * - `closed`: the page closed it.
 *
 * @publicApi
 */
export type SubscriptionStatus =
  'idle' | 'waiting' | 'live' | 'paused' | 'ended' | 'failed' | 'closed';

/**
 * Everything that a subscription knows of its execution or room, to show it. The view is immutable: each part stays the
 * same object until it changes.
 *
 * @publicApi
 */
export interface SubscriptionView {
  /** The text of all token updates, in their order. */
  readonly text: string;
  /** The messages in the order in which they began, including messages that still grow. */
  readonly messages: readonly StreamedMessage[];
  /** The nodes by name, in the order in which they started. */
  readonly nodes: Readonly<Record<string, NodeView>>;
  /** The tokens of all messages together, if their models report them. */
  readonly usage: StreamedUsage | undefined;
  /** The state of the execution. Undefined until it is known, and for a room. */
  readonly state: ExecutionState | undefined;
  /** Whether updates come now. */
  readonly status: SubscriptionStatus;
  /** Why the subscription has its status, if something is wrong or it is closed. */
  readonly reason: SubscriptionReason | undefined;
  /** The questions that the execution waits for. */
  readonly interrupts: readonly InterruptRequest[];
  /** The newest progress. */
  readonly progress: ProgressData | undefined;
  /** The value that the source returned, if it is published. */
  readonly result: unknown;
  /** Why the execution or the subscription failed. `CLIENT_CLOSED` if the subscription was closed. */
  readonly error: SafeError | undefined;
  /** False if updates are missing. */
  readonly recovered: boolean;
}

/** Always the same, so that a view of nothing new stays equal. */
const NONE: readonly InterruptRequest[] = [];

/** The questions that an execution waits for. */
export function interruptsOf(
  told: Pick<ExecutionStateData, 'state' | 'interrupts'> | undefined,
): readonly InterruptRequest[] {
  return (told?.state === 'interrupted' && told.interrupts) || NONE;
}
