import { OwnerAccessPolicy, type AccessRequest } from '@hive-academy/langgraph-streaming';
import { APPROVALS } from '../agent/approvals.js';

/** The scope of those who see all conversations and approve what costs money. */
export const SUPERVISE = 'supervise';

/** What a supervisor may do with the conversations of others. */
const READING: readonly string[] = ['subscribe', 'replay', 'read-thread'];

/**
 * Conversations belong to who started them. Supervisors read all of them, and they alone answer the
 * questions of the agent: never those of their own conversations.
 */
export class TravelPolicy extends OwnerAccessPolicy {
  override authorize(request: AccessRequest): boolean | Promise<boolean> {
    const { principal, action, channel, owner, interrupt } = request;
    const supervises = principal.scopes.includes(SUPERVISE);
    if (action === 'respond')
      return supervises && interrupt !== undefined && owner?.principalId !== principal.id;
    if (supervises && channel.kind === 'room') return channel.id === APPROVALS;
    if (supervises && READING.includes(action)) return true;
    return super.authorize(request);
  }
}
