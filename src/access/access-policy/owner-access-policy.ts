import { isOwner } from '../principal.js';
import { type AccessRequest, StreamAccessPolicy } from '../stream-access-policy.js';
import { compileRoomAccess, type RoomAccess, type RoomRule } from './room-access.js';

/**
 * The default policy: an execution or thread belongs to the principal that started it, within its tenant.
 * Without an owner, nobody may see it. Rooms are closed, except those that `rooms` opens. Nobody may edit the
 * state of a graph (`command`).
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
    // To write into the state of a graph is to go past what the graph itself decides.
    if (action === 'command') return false;
    if (channel.kind === 'room') return this.mayEnter(channel.id, principal);
    return owner !== undefined && isOwner(principal, owner);
  }
}

/** The policy while authentication is off: nobody can be told apart, so everything is open. */
export class OpenAccessPolicy extends StreamAccessPolicy {
  authorize(_request: AccessRequest): boolean {
    return true;
  }
}
