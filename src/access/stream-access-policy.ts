import type { Channel, ChannelOwner } from '../protocol/channel.js';
import type { Principal } from './principal.js';

/**
 * What a client asks to do with a channel. To read what was streamed before it came is `replay`, of
 * an execution and of a room, and asked after `subscribe` or `join`; going on after a cursor is that
 * too.
 */
export type AccessAction = 'subscribe' | 'replay' | 'join' | 'cancel' | 'respond';

/** One question to the access policy. */
export interface AccessRequest {
  readonly principal: Principal;
  readonly action: AccessAction;
  readonly channel: Channel;
  /** Who owns the channel, when somebody does. */
  readonly owner?: ChannelOwner;
}

/**
 * Decides who may read, cancel and answer what. The gateway asks it for every request that names a
 * channel; a policy that throws or does not answer in time denies.
 *
 * Provide your own with `gateway.accessPolicy`.
 *
 * @publicApi
 */
export abstract class StreamAccessPolicy {
  /** Whether `request.principal` may do `request.action`. */
  abstract authorize(request: AccessRequest): boolean | Promise<boolean>;
}
