import type { Channel, ChannelOwner } from '../protocol/channel.js';
import type { InterruptRequest } from '../protocol/stream-update.js';
import type { Principal } from './principal.js';

/**
 * What a client asks to do with a channel.
 *
 * - With an execution: `subscribe`, `replay`, `cancel`, and `respond` for each answered question. If an
 *   answer also changes the state of the graph, or the nodes where it continues, the policy is also asked for
 *   `command`.
 * - With a room: `join`, `replay`.
 * - With a thread: `start` for a run in it, `read-thread`, `write-thread`. If a client edits the state, the
 *   policy is also asked for `command`. `list-threads` names no thread, so the id of its channel is empty.
 *
 * `replay` means reading updates from before the client subscribed, also after a cursor. The policy is asked
 * for `replay` after `subscribe` or `join`.
 */
export type AccessAction =
  | 'subscribe'
  | 'replay'
  | 'join'
  | 'cancel'
  | 'respond'
  | 'command'
  | 'start'
  | 'read-thread'
  | 'write-thread'
  | 'list-threads';

/** One question to the access policy. */
export interface AccessRequest {
  /** The principal that asks. */
  readonly principal: Principal;
  /** What the principal wants to do. */
  readonly action: AccessAction;
  /** The execution, thread or room. */
  readonly channel: Channel;
  /** The owner of the channel, if it has one. For a new thread, the principal. */
  readonly owner?: ChannelOwner;
  /** For `start`: the name of the agent. */
  readonly agent?: string;
  /** For `respond`: the question that is answered, if it is known. */
  readonly interrupt?: InterruptRequest;
}

/**
 * Decides who may do what with executions, threads and rooms. The gateway asks it for every request that
 * names a channel. If the policy throws, or does not answer within `gateway.accessTimeoutMs`, the request is
 * denied.
 *
 * Provide your own with `gateway.accessPolicy`.
 *
 * @publicApi
 */
export abstract class StreamAccessPolicy {
  /** Returns whether `request.principal` may do `request.action`. */
  abstract authorize(request: AccessRequest): boolean | Promise<boolean>;
}
