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
 * What a node has done so far.
 *
 * @publicApi
 */
export interface NodeView {
  /** `ended` is a node that was interrupted or called off. */
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
 * All that a subscription knows of its execution or room, to be shown. It is immutable: each part stays the
 * same object until it changes.
 *
 * @publicApi
 */
export interface SubscriptionView {
  /** The text of all token updates, in the order in which they came. */
  readonly text: string;
  /** The messages, those that grow included, in the order in which they began. */
  readonly messages: readonly StreamedMessage[];
  /** What the nodes do, by name, in the order in which they started. */
  readonly nodes: Readonly<Record<string, NodeView>>;
  /** What the messages cost together, if their models told. */
  readonly usage: StreamedUsage | undefined;
  /** The state of the execution; undefined before anything told it, and for a room. */
  readonly state: ExecutionState | undefined;
  /** Whether updates come now. */
  readonly status: SubscriptionStatus;
  /** Why the subscription has its status, if something is wrong or it is closed. */
  readonly reason: SubscriptionReason | undefined;
  /** The questions that the execution waits for. */
  readonly interrupts: readonly InterruptRequest[];
  /** The last progress that was streamed. */
  readonly progress: ProgressData | undefined;
  /** What the source returned, if it is published. */
  readonly result: unknown;
  /** Why the execution or the subscription failed, or `CLIENT_CLOSED`. */
  readonly error: SafeError | undefined;
  /** False once updates are missing. */
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
