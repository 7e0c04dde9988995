import { useMemo } from 'react';
import type { StreamingClient } from '../streaming-client.js';
import { useStore } from './streaming-provider.js';

/**
 * Gives {@link StreamingClient.request} of the provider's client: the same function in every render, which
 * does nothing before it is called. So a component can ask the application for a run, and show it with
 * `useExecution`.
 *
 * ```tsx
 * const request = useRequest();
 * const [id, setId] = useState<string>();
 * const { text } = useExecution(id);
 * const ask = async () => setId((await request<{ id: string }>('ask', { text: 'Hi' })).id);
 * ```
 *
 * @throws StreamingClientError `INVALID_OPTIONS` outside of a `StreamingProvider`
 * @publicApi
 */
export function useRequest(): StreamingClient['request'] {
  const store = useStore();
  return useMemo(() => (event, payload) => store.client.request(event, payload), [store]);
}
