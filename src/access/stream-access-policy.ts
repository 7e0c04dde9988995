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
  readonly principal: Principal;
  readonly action: AccessAction;
  readonly channel: Channel;
  /** Who owns the channel, when somebody does; of a thread that begins, the principal. */
  readonly owner?: ChannelOwner;
  /** The agent that is to be started, with `start`. */
  readonly agent?: string;
  /** The question that is to be answered, with `respond`, when it is known. */
  readonly interrupt?: InterruptRequest;
}

/**
 * Decides who may read, cancel and answer executions, threads and rooms. The gateway asks it for every
 * request that names a channel; a policy that throws or does not answer in time denies.
 *
 * Provide your own with `gateway.accessPolicy`.
 *
 * @publicApi
 */
export abstract class StreamAccessPolicy {
  /** Whether `request.principal` may do `request.action`. */
  abstract authorize(request: AccessRequest): boolean | Promise<boolean>;
}
