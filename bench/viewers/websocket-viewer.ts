import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import type { ReceivedText, ReceivedUpdate } from './received-text.js';
import type { ViewerConnection } from './viewer-connection.js';

/** The network connection of an open WebSocket. */
export const netSocketOf = (socket: WebSocket): Socket =>
  (socket as unknown as { _socket: Socket })._socket;

export function viewerConnection(socket: WebSocket): ViewerConnection {
  const net = netSocketOf(socket);
  return {
    get bytesRead() {
      return net.bytesRead;
    },
    close: () => socket.terminate(),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
  };
}

/** A viewer of the raw `ws` server. */
export async function connectWebSocket(
  port: number,
  token: string,
  runId: string | undefined,
  text: ReceivedText,
): Promise<ViewerConnection> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/?token=${token}&run=${runId ?? ''}`);
  await new Promise((resolve, reject) => socket.once('message', resolve).once('error', reject));
  socket.on('message', (data: Buffer) => {
    text.take(JSON.parse(data.toString()) as ReceivedUpdate);
  });
  return viewerConnection(socket);
}
