import type { ConnectionChange } from '../connection-options.js';
import { useStore } from './streaming-provider.js';
import { useSelected } from './use-selected.js';

/**
 * Returns the state of the connection, and the error that caused it. During server rendering the state is `connecting`.
 *
 * @throws StreamingClientError `INVALID_OPTIONS` outside of a `StreamingProvider`
 * @publicApi
 */
export function useConnection(): ConnectionChange {
  return useSelected(useStore().connection, {}) as ConnectionChange;
}
