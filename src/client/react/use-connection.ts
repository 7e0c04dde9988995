import type { ConnectionChange } from '../connection-options.js';
import { useStore } from './streaming-provider.js';
import { useSelected, type Selection } from './use-selected.js';

const WHOLE: Selection<ConnectionChange, ConnectionChange> = { select: (change) => change };

/**
 * Returns the state of the connection, and the error that caused it. During server rendering the state is `connecting`.
 *
 * @throws StreamingClientError `INVALID_OPTIONS` outside of a `StreamingProvider`
 * @publicApi
 */
export function useConnection(): ConnectionChange {
  return useSelected(useStore().connection, WHOLE);
}
