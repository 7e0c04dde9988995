import { useMemo } from 'react';
import type { StreamingClient } from '../streaming-client.js';
import { useStore } from './streaming-provider.js';

/**
 * Returns {@link StreamingClient.request} of the provider's client. It is the same function in every rendering, and the
 * client is made only when you call it. Use it to ask the application for a run, and show the run with `useExecution`.
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
