import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { tokenUpdate, type Variant } from '../variant.js';
import { verifyToken } from './verify-token.js';

/** The least that a server can do: one frame per token, serialised once, written to each viewer. */
export async function start(): Promise<Variant> {
  const viewers = new Map<string, Set<WebSocket>>();
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  server.on('connection', (socket, request) => {
    const { searchParams } = new URL(request.url ?? '', 'ws://localhost');
    const run = searchParams.get('run') ?? '';
    verifyToken(searchParams.get('token')).then(
      () => {
        viewers.set(run, (viewers.get(run) ?? new Set()).add(socket));
        socket.send('{"type":"connected"}');
        socket.on('close', () => viewers.get(run)?.delete(socket));
      },
      () => socket.close(),
    );
  });
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    viewer: 'websocket',
    open: (runId) => ({
      token: (content, index) => {
        const frame = Buffer.from(JSON.stringify(tokenUpdate(runId, content, index)));
        for (const socket of viewers.get(runId) ?? []) {
          if (socket.readyState === WebSocket.OPEN) socket.send(frame, { binary: false });
        }
      },
      end: () => void viewers.delete(runId),
    }),
  };
}
