import type { AccessAccount } from '../../access/rate-limit/access-account.js';
import { StreamingError } from '../../errors/streaming.error.js';
import type { ResolvedGatewayOptions } from '../../options/resolved-options.js';
import { EngineGuard } from './engine-guard.js';
import type { GatewayNamespace, GatewayServer } from '../../gateway/socket-types.js';
import { placeOf } from './server-place.js';

/** The Socket.IO servers of one application, each with its guard. */
export class SocketServers {
  readonly #guards = new WeakMap<GatewayServer, EngineGuard>();
  readonly #shared = new Set<string>();

  /** @param account - the counts of all gateways of the application together */
  constructor(private readonly account: AccessAccount) {}

  /** Gateways of the application use the server at this place too. */
  share(place: string): void {
    this.#shared.add(place);
  }

  /**
   * Guards a namespace of the library.
   *
   * @throws StreamingError `INVALID_OPTIONS` if the server is not a Socket.IO server
   */
  protect(namespace: GatewayNamespace, options: ResolvedGatewayOptions): EngineGuard {
    const { server } = requireSocketIo(namespace);
    let guard = this.#guards.get(server);
    if (!guard) {
      const isShared = this.#shared.has(placeOf(options));
      guard = new EngineGuard(server, options, this.account.places, isShared);
      this.#guards.set(server, guard);
    }
    guard.protect(namespace, options);
    return guard;
  }
}

function requireSocketIo(namespace: GatewayNamespace): GatewayNamespace {
  const { server } = namespace as Partial<GatewayNamespace>;
  const engine = server?.engine as { use?: unknown } | undefined;
  if (server && typeof server.bind === 'function' && (!engine || typeof engine.use === 'function'))
    return namespace;
  throw new StreamingError(
    'INVALID_OPTIONS',
    'The streaming gateway needs Socket.IO 4.6 or newer, which it cannot find in the WebSocket adapter of the application. Remove app.useWebSocketAdapter(...), or give it an adapter that extends IoAdapter of @nestjs/platform-socket.io.',
  );
}
