import {
  createContext,
  createElement,
  useContext,
  useEffect,
  useState,
  type ReactElement,
  type ReactNode,
} from 'react';
import { StreamingClientError } from '../streaming-client.error.js';
import { StreamingStore, type ClientSource } from './streaming-store.js';

/**
 * Properties of {@link StreamingProvider}.
 *
 * @publicApi
 */
export interface StreamingProviderProps {
  /**
   * The client, or a function that makes it. The function is called on the page only, when a component
   * first needs the client; what it made is closed with the provider. Later values are ignored.
   */
  readonly client: ClientSource;
  /**
   * How long a subscription stays when no component shows it any more, in milliseconds.
   *
   * @default 1000
   */
  readonly releaseDelayMs?: number;
  readonly children?: ReactNode;
}

const StreamingContext = createContext<StreamingStore | undefined>(undefined);

/**
 * Gives the hooks below it their client, and shares their subscriptions.
 *
 * @publicApi
 */
export function StreamingProvider({
  client,
  releaseDelayMs = 1000,
  children,
}: StreamingProviderProps): ReactElement {
  const [store] = useState(() => new StreamingStore(client, releaseDelayMs));
  useEffect(() => store.retain(), [store]);
  return createElement(StreamingContext.Provider, { value: store }, children);
}

/** @throws StreamingClientError `INVALID_OPTIONS` outside of a provider */
export function useStore(): StreamingStore {
  const store = useContext(StreamingContext);
  if (store) return store;
  throw new StreamingClientError('INVALID_OPTIONS', 'There is no <StreamingProvider> above.');
}
