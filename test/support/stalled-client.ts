import type { PlainClient, StreamingApp } from './streaming-app.js';
import { StreamingWebSocketGateway } from '../../src/index.js';
import type { GatewaySocket } from '../../src/gateway/socket-types.js';

/** The gateway with what only its subclasses see. */
interface GatewayWithServer {
  readonly server: { readonly sockets: ReadonlyMap<string, GatewaySocket> };
}

interface NodeWebSocketTransport {
  readonly ws: { pause(): void; resume(): void };
}

/**
 * Makes a client stop reading from the network, as one does whose device sleeps or whose line is too
 * thin.
 *
 * @returns makes it read again
 */
export function stall(client: Pick<PlainClient, 'io'>): () => void {
  const { ws } = client.io.engine.transport as unknown as NodeWebSocketTransport;
  ws.pause();
  return () => ws.resume();
}

/** What waits in the server for a client: in Engine.IO, and in its network socket. */
export function queueOf(
  { app }: StreamingApp,
  clientId: string,
): { packets: number; bytes: number } {
  const { conn } = serverSocketOf(app, clientId);
  const { writeBuffer } = conn as unknown as { readonly writeBuffer: readonly unknown[] };
  const { socket } = conn.transport as unknown as {
    readonly socket?: { readonly _socket: { readonly writableLength: number } };
  };
  return { packets: writeBuffer.length, bytes: socket?._socket.writableLength ?? 0 };
}

/** The server's end of a client's connection. */
export function serverSocketOf(app: StreamingApp['app'], clientId: string): GatewaySocket {
  const { server } = app.get<unknown, GatewayWithServer>(StreamingWebSocketGateway);
  const socket = server.sockets.get(clientId);
  if (!socket) throw new Error(`${clientId} is not connected`);
  return socket;
}
