import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type ServerOptions } from 'socket.io';
import { NAMESPACE, tokenUpdate, type Variant } from '../variant.js';
import { verifyToken } from './verify-token.js';

/** Socket.IO without a framework: a room per run. @param options - such as an adapter between instances */
export async function start(options: Partial<ServerOptions> = {}): Promise<Variant> {
  const http = createServer();
  const namespace = new Server(http, { serveClient: false, ...options }).of(NAMESPACE);
  namespace.use((socket, next) => {
    verifyToken(socket.handshake.auth['token']).then(() => next(), next);
  });
  namespace.on('connection', (socket) => {
    socket.on(
      'subscribe_execution',
      ({ executionId }: { executionId: string }, ack: (answer: object) => void) => {
        void socket.join(executionId);
        ack({ ok: true });
      },
    );
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return {
    port: (http.address() as AddressInfo).port,
    viewer: 'socket.io',
    open: (runId) => ({
      token: (content, index) =>
        void namespace.to(runId).emit('stream_update', tokenUpdate(runId, content, index)),
      end: () => namespace.socketsLeave(runId),
    }),
  };
}
