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
   * The client, or a function that makes it. The function is called only on the page, when a component first needs the
   * client. The provider closes a client that the function made. Later values of this property are ignored.
   */
  readonly client: ClientSource;
  /**
   * How long a subscription is kept after the last component has stopped showing it, in milliseconds.
   *
   * @default 1000
   */
  readonly releaseDelayMs?: number;
  /** The components that use the client. */
  readonly children?: ReactNode;
}

const StreamingContext = createContext<StreamingStore | undefined>(undefined);

/**
 * Gives the hooks of all components inside it a client, and lets them share subscriptions.
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

/** The store of the nearest provider. @throws StreamingClientError `INVALID_OPTIONS` outside of a provider */
export function useStore(): StreamingStore {
  const store = useContext(StreamingContext);
  if (store) return store;
  throw new StreamingClientError('INVALID_OPTIONS', 'Use this hook inside a <StreamingProvider>.');
}
