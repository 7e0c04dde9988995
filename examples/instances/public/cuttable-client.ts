import {
  createStreamingClient,
  type ClientSocket,
  type StreamingClient,
} from '@hive-academy/langgraph-streaming/client';
import { io } from 'socket.io-client';

/** A client, and a way to cut its connection. */
export interface CuttableClient {
  readonly client: StreamingClient;
  /** Breaks the transport, as a bad network would. The client is not told. */
  readonly cut: () => void;
}

/**
 * Makes a client with a socket of its own, so that this page can cut it. Other pages do without:
 * `createStreamingClient({ auth: credential })`.
 */
export function createCuttableClient(credential: () => Promise<{ token: string }>): CuttableClient {
  const socket: ClientSocket = io('/streaming', {
    transports: ['websocket'],
    auth: (give) => void credential().then(give, cut),
    autoConnect: false,
    reconnection: false,
    forceNew: true,
  });
  function cut(): void {
    socket.io.engine.close();
  }
  return { client: createStreamingClient({ socket, auth: credential }), cut };
}
