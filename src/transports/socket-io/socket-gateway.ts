import { Logger } from '@nestjs/common';
import { StreamingError } from '../../errors/streaming.error.js';
import { LineLimiter } from '../../common/line-limiter.js';
import type { Delivery } from '../../delivery/delivery.js';
import type { ClientMessage } from '../../gateway/client-message.js';
import { connectionStatus } from '../../gateway/connection-status.js';
import type { GatewayCore } from '../../gateway/gateway-core.js';
import type { AdmissionRequest } from '../../gateway/gateway-session.js';
import type { GatewayNamespace, GatewaySocket } from '../../gateway/socket-types.js';
import type { Ack } from '../../protocol/client-events.js';
import { boundPolls } from './bounded-polls.js';
import type { EngineGuard } from './engine-guard.js';
import { idOf as engineIdOf } from './engine-internals.js';
import { writeTogether } from './held-packets.js';
import { isTooLarge, watchOversizePosts } from './oversize-messages.js';
import type { OwnPortGateways } from './own-port.js';
import { SocketSession } from './socket-session.js';
import type { SocketServers } from './socket-servers.js';
import { SocketTransport } from './socket-transport.js';

/** The parts that the namespaces of one application share. */
export interface NamespaceServers {
  readonly ownPorts: OwnPortGateways;
  readonly servers: SocketServers;
}

/** Serves a gateway in its namespace, on the application's server or on a separate port. */
export function serveSockets(
  core: GatewayCore,
  namespace: GatewayNamespace,
  { ownPorts, servers }: NamespaceServers,
): void {
  const { port } = core.options;
  if (port > 0) ownPorts.add(port, namespace.server);
  const guard = servers.protect(namespace, core.options);
  new SocketGateway(core, namespace, guard).start();
}

/** Connects a gateway with one Socket.IO namespace. */
class SocketGateway {
  readonly #logger = new Logger('StreamingGateway');
  readonly #lines = new LineLimiter();
  readonly #delivery: Delivery;
  /** The signal of each socket, which aborts when its client is gone. */
  readonly #signals = new WeakMap<GatewaySocket, AbortSignal>();

  constructor(
    private readonly core: GatewayCore,
    private readonly namespace: GatewayNamespace,
    private readonly guard: EngineGuard,
  ) {
    const expel = (clientId: string, error: unknown): void => core.expel(clientId, error);
    this.#delivery = core.deliverBy(new SocketTransport(namespace, core.options.slowClient, expel));
  }

  /** Begins to accept connections. */
  start(): void {
    const { server } = this.namespace;
    watchOversizePosts(server, (engineId) => {
      for (const socket of this.namespace.sockets.values())
        if (engineIdOf(socket.conn) === engineId) this.#warnOfOversize(socket);
    });
    this.core.onDrain(() => this.guard.hurry());
    this.namespace.use((socket, next) => void this.#admit(socket, next));
    this.namespace.on('connection', (socket) => this.#connect(socket));
  }

  async #admit(socket: GatewaySocket, next: (refusal?: Error) => void): Promise<void> {
    boundPolls(socket.conn);
    const { signal, leave } = watchLeaving(socket, () => this.#warnOfOversize(socket));
    this.#signals.set(socket, signal);
    const place = this.guard.placeOf(socket.conn);
    try {
      socket.data.principal = await this.core.admit({ ...requestOf(socket), place }, signal);
    } catch (error) {
      const isUnchecked = signal.aborted && isUnavailable(error);
      leave();
      // The client left while its credential was checked. That is no fault, and nobody is there to be told.
      const body = isUnchecked ? undefined : this.core.refusal(error);
      next(Object.assign(new Error(body?.message), { data: body }));
      return;
    }
    writeTogether(socket.conn);
    next();
  }

  /** The client does not learn why its connection ended, so the server logs it. */
  #warnOfOversize({ id }: GatewaySocket): void {
    const suppressed = this.#lines.take('oversize');
    if (suppressed === undefined) return;
    const more = suppressed === 0 ? '' : ` (and ${suppressed} more since the last line)`;
    this.#logger.warn(
      `Client ${id} sent a message larger than gateway.maxPayloadBytes (${this.core.options.maxPayloadBytes}), which ended its connection.${more}`,
    );
  }

  #connect(socket: GatewaySocket): void {
    const signal = this.#signals.get(socket);
    if (!signal) throw new TypeError('A socket connects after it was admitted.');
    const request = requestOf(socket);
    const address = this.core.admission.addressOf(request);
    const session = new SocketSession(socket, address, signal);
    // Socket.IO has its own listener for this event.
    const ownErrorListeners = socket.listenerCount('error');
    const { maxPayloadBytes, maxWaitForMs } = this.core.options;
    socket.emit('connection_status', {
      ...connectionStatus(socket, 'connected'),
      limits: { maxPayloadBytes, maxWaitForMs },
    });
    const connection = this.core.connect(session, request, this.#delivery);
    socket.use(([event, ...args], next) => {
      const own = event === 'error' ? ownErrorListeners : 0;
      const isTaken = (): boolean => socket.listenerCount(event) > own;
      void this.core.receive(connection, messageOf(socket, event, args, isTaken), next);
    });
  }
}

/**
 * Makes a signal that aborts when a client leaves the namespace or its transport is closed, even before it
 * has joined.
 *
 * @param onOversize - called if a message that was too large ended the connection
 */
function watchLeaving(
  socket: GatewaySocket,
  onOversize: () => void,
): { signal: AbortSignal; leave: (reason?: unknown, description?: unknown) => void } {
  const gone = new AbortController();
  const leave = (_reason?: unknown, description?: unknown): void => {
    socket.conn.off('close', leave);
    if (isTooLarge(description)) onOversize();
    gone.abort();
  };
  socket.conn.on('close', leave);
  socket.on('disconnect', leave);
  if (socket.conn.readyState !== 'open') leave();
  return { signal: gone.signal, leave };
}

function isUnavailable(error: unknown): boolean {
  return StreamingError.isInstance(error) && error.code === 'AUTHENTICATION_UNAVAILABLE';
}

function requestOf({ handshake }: GatewaySocket): AdmissionRequest {
  const { auth, headers, query, address: remoteAddress } = handshake;
  return { auth, headers, query, remoteAddress };
}

function messageOf(
  socket: GatewaySocket,
  event: string,
  args: readonly unknown[],
  isTaken: () => boolean,
): ClientMessage {
  const last = args.at(-1);
  const answer = (ack: Ack): void => {
    // Updates may follow.
    writeTogether(socket.conn);
    (last as (answer: Ack) => void)(ack);
  };
  return {
    event,
    payload: typeof args[0] === 'function' ? undefined : args[0],
    answer: typeof last === 'function' ? answer : undefined,
    isTaken,
  };
}
