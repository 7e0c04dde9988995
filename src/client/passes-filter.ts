import type { ClientSubscriptionConfig } from '../protocol/client-events.js';
import { isControlEvent } from '../protocol/control-event-name.js';
import type { StreamUpdate } from '../protocol/stream-update.js';

/** The part of the options that the server filters by. */
export type UpdateFilter = Pick<
  ClientSubscriptionConfig,
  'eventTypes' | 'nodeIds' | 'agents' | 'subgraphs'
>;

/** Whether a subscription with this filter gets an update, by the same rule as the server. */
export function passesFilter(
  { eventTypes, nodeIds, agents, subgraphs = true }: UpdateFilter,
  { type, metadata }: StreamUpdate,
): boolean {
  return (
    isControlEvent(type) ||
    ((includes(eventTypes, type) || (type === 'node:retry' && includes(eventTypes, 'token'))) &&
      includes(nodeIds, metadata?.nodeId) &&
      includes(agents, metadata?.agent) &&
      (subgraphs || !metadata?.namespace?.length))
  );
}

/** An empty list accepts all. */
function includes(wanted: readonly string[] | undefined, value: string | undefined): boolean {
  return !wanted?.length || (value !== undefined && wanted.includes(value));
}
