import type { GatewayServer } from '../../gateway/socket-types.js';

/**
 * Refuses connections to the root namespace while nobody listens there. Socket.IO serves it always,
 * without asking for a credential, so anybody could hold connections open in it.
 */
export function closeUnusedRoot(server: GatewayServer): void {
  const root = server.of('/');
  root.use((_socket, next) => {
    if (root.listenerCount('connection') > 0) next();
    else next(new Error('Invalid namespace'));
  });
}
