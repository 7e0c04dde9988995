import type { Channel, ChannelOwner } from '../protocol/channel.js';
import type { InterruptRequest } from '../protocol/stream-update.js';
import type { Principal } from './principal.js';

/**
 * What a client asks to do with a channel.
 *
 * - Of an execution: `subscribe`, `replay`, `cancel`, and `respond` for each question that is answered.
 *   `command` is asked in addition if an answer also changes the state of the graph, or the nodes where it
 *   continues.
 * - Of a room: `join`, `replay`.
 * - Of a thread: `start` a run in it, `read-thread`, `write-thread`, and `command` in addition when
 *   the state is edited. `list-threads` names no thread: the id of its channel is empty.
 *
 * `replay` means reading updates from before the client subscribed. It is asked after `subscribe` or
 * `join`; continuing after a cursor is a replay too.
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
