import { isOwner } from '../principal.js';
import { type AccessRequest, StreamAccessPolicy } from '../stream-access-policy.js';
import { compileRoomAccess, type RoomAccess, type RoomRule } from './room-access.js';

/**
 * The default policy. Only the owner of an execution or thread may see and control it. Nobody may see an
 * execution without an owner. Rooms are closed, except those that `rooms` opens. Nobody may edit the state of
 * a graph (`command`).
 *
 * @publicApi
 */
export class OwnerAccessPolicy extends StreamAccessPolicy {
  private readonly mayEnter: RoomRule;

  /** @param rooms - which rooms a principal may join; see {@link RoomAccess} */
  constructor(rooms: RoomAccess = []) {
    super();
    this.mayEnter = compileRoomAccess(rooms);
  }

  /** Whether the principal owns the channel, or `rooms` opens it. */
  authorize({ principal, action, channel, owner }: AccessRequest): boolean | Promise<boolean> {
    // A write into the state of a graph can skip what the graph itself decides.
    if (action === 'command') return false;
    if (channel.kind === 'room') return this.mayEnter(channel.id, principal);
    return owner !== undefined && isOwner(principal, owner);
  }
}

/** The policy while authentication is off: every execution, thread and room is open to everybody. */
export class OpenAccessPolicy extends StreamAccessPolicy {
  authorize(_request: AccessRequest): boolean {
    return true;
  }
}
