import { Logger } from '@nestjs/common';
import { AccessGuard } from '../access/access-policy/access-guard.js';
import type { ConnectionSlot } from '../access/rate-limit/connection-limiter.js';
import type { AccessRequest, StreamAccessPolicy } from '../access/stream-access-policy.js';
import type {
  AcknowledgmentAnswers,
  AcknowledgmentRequest,
} from '../delivery/acknowledgment-request.js';
import type { BridgedGateway } from '../bridge/bridge-types.js';
import { Delivery } from '../delivery/delivery.js';
import { StreamingError } from '../errors/streaming.error.js';
import type { ResolvedGatewayOptions } from '../options/resolved-options.js';
import { nameOf, type Channel } from '../protocol/channel.js';
import type { StreamUpdate } from '../protocol/stream-update.js';
import { ClosingConnections } from '../transports/socket-io/closing-connections.js';
import { boundPolls } from '../transports/socket-io/bounded-polls.js';
import { connectionStatus, dismiss } from '../transports/socket-io/dismiss.js';
import { EntryPreparation, type BeforeDeliver } from './entry-preparation.js';
import { ExecutionWaits } from './execution-waits.js';
import { GatewayAdmission } from './gateway-admission.js';
import { GatewayConnectionManager, type GatewayConnection } from './gateway-connection.manager.js';
import type { GatewayServices } from './gateway-runtime.js';
import type { GatewayNamespace, GatewaySocket } from '../transports/socket-io/gateway-types.js';
import { MessageHandlers } from './message-handlers.js';
import { MessageRouter, toErrorMessage } from './message-router.js';
import { idOf as engineIdOf } from '../transports/socket-io/engine-internals.js';
import { isTooLarge, watchOversizePosts } from '../transports/socket-io/oversize-messages.js';
import { SocketTransport } from '../transports/socket-io/socket-transport.js';

/** What a gateway class can change; see the protected methods of `StreamingWebSocketGateway`. */
export interface GatewayHooks {
  authorize(request: AccessRequest, allowed: () => Promise<boolean>): boolean | Promise<boolean>;
  onConnect(connection: GatewayConnection): void | Promise<void>;
  onDisconnect(connection: GatewayConnection): void | Promise<void>;
  onSubscribe(connection: GatewayConnection, channel: Channel): void | Promise<void>;
  /** Absent when the gateway delivers updates as they are. */
  readonly beforeDeliver: BeforeDeliver | undefined;
}

/** One gateway at work in its namespace: who is connected, what they ask, what they get. */
export class GatewayCore implements BridgedGateway {
  readonly connections = new GatewayConnectionManager();
  readonly delivery: Delivery;
  readonly #transport: SocketTransport;
  readonly #router: MessageRouter;
  readonly #access: AccessGuard;
  readonly #admission: GatewayAdmission;
  /** Connections of clients that were expelled. */
  readonly #closing = new ClosingConnections();
  readonly #logger = new Logger('StreamingGateway');
  #draining = false;

  constructor(
    private readonly services: GatewayServices,
    private readonly options: ResolvedGatewayOptions,
    private readonly namespace: GatewayNamespace,
    private readonly hooks: GatewayHooks,
  ) {
    const { log, streaming, errors } = services;
    this.#admission = new GatewayAdmission(services.authentication, services.account, options);
    const expel = (clientId: string, error: unknown): void => {
      const connection = this.connections.get(clientId);
      if (connection) this.#expel(connection, error);
    };
    const { beforeDeliver } = hooks;
    const preparation =
      beforeDeliver &&
      new EntryPreparation(beforeDeliver, (error) => {
        errors.handle(error, { event: 'beforeDeliver' });
      });
    this.#transport = new SocketTransport(namespace, options.slowClient, expel, preparation);
    this.delivery = new Delivery(log, this.#transport, {
      onLost: (clientId, channel, error) => this.#tellLost(clientId, channel, error),
      onFailure: (error) => void errors.handle(error, { event: 'delivery' }),
    });
    this.#access = this.#guardAccess();
    const waits = new ExecutionWaits(log, options.maxWaitsPerClient);
    streaming.onOpened((executionId) => waits.opened(executionId));
    const handlers = new MessageHandlers({
      log,
      streaming,
      options,
      waits,
      delivery: this.delivery,
      allows: (request) => this.#access.allows(request),
      renew: (connection, payload) => this.#renew(connection, payload),
      onSubscribe: (connection, channel) => hooks.onSubscribe(connection, channel),
    });
    this.#router = new MessageRouter(handlers, errors, options);
  }

  /** Begins to take connections. */
  start(): void {
    if (this.options.port > 0) this.services.ownPorts.add(this.options.port, this.namespace.server);
    const guard = this.services.servers.protect(this.namespace, this.options);
    this.services.bridge.registerGateway(this);
    watchOversizePosts(this.namespace.server, (engineId) => {
      for (const { id, socket } of this.connections.all())
        if (engineIdOf(socket.conn) === engineId) this.#warnOfOversize(id);
    });
    this.namespace.use((socket, next) => {
      void this.#admit(socket, guard.placeOf(socket.conn), next);
    });
    this.namespace.on('connection', (socket) => this.#connect(socket));
  }

  /** Tells every client to reconnect and closes its transport, which makes clients do so. */
  async drain(): Promise<void> {
    this.#draining = true;
    const dismissed = [...this.connections.all()].map(({ socket }) => dismiss(socket));
    this.#closing.destroy();
    await this.delivery.close();
    await Promise.all(dismissed);
  }

  /** See {@link BridgedGateway}. */
  sendToClient(clientId: string, update: StreamUpdate): boolean {
    return this.#transport.sendUnlogged(clientId, update);
  }

  /** Asks the clients here that watch a channel whether they have all of it. */
  requestAcknowledgments(
    channel: Channel,
    request: AcknowledgmentRequest,
  ): Promise<AcknowledgmentAnswers> {
    return this.delivery.requestAcknowledgments(channel, request);
  }

  async #admit(
    socket: GatewaySocket,
    place: ConnectionSlot | undefined,
    next: (refusal?: Error) => void,
  ): Promise<void> {
    boundPolls(socket.conn);
    try {
      if (this.#draining)
        throw new StreamingError('SERVER_SHUTDOWN', 'The server is stopping; reconnect.');
      socket.data.principal = await this.#admission.admit(socket, place);
    } catch (error) {
      next(this.#refusal(error));
      return;
    }
    next();
  }

  #connect(socket: GatewaySocket): void {
    const connection = this.connections.add(socket);
    connection.session = this.services.authentication.open(
      socket.id,
      socket.data.principal,
      {
        onExpiring: (expiresAt) => socket.emit('authentication_expiring', { expiresAt }),
        onEnd: (error) => this.#expel(connection, error),
      },
      this.options.authentication,
    );
    socket.use(([event, ...args], next) => void this.#receive(connection, event, args, next));
    socket.on('disconnect', (_reason, description) => {
      if (isTooLarge(description)) this.#warnOfOversize(connection.id);
      this.#disconnect(connection);
    });
    const { maxPayloadBytes, maxWaitForMs } = this.options;
    socket.emit('connection_status', {
      ...connectionStatus(socket, 'connected'),
      limits: { maxPayloadBytes, maxWaitForMs },
    });
    this.#runHook('onConnect', connection, () => this.hooks.onConnect(connection));
  }

  /** Counts a message, then hands it to the router and to the application's own handlers. */
  async #receive(
    connection: GatewayConnection,
    event: string,
    args: readonly unknown[],
    next: () => void,
  ): Promise<void> {
    const verdict = await this.#admission.countMessage(connection);
    if (!connection.socket.connected) return;
    if (verdict.allowed) {
      next();
      await connection.inOrder(() => this.#router.route(connection, event, args));
      return;
    }
    this.#router.refuse(connection, event, args, verdict.error);
    if (verdict.flooding) this.#expel(connection, verdict.error);
  }

  /** The client is not told why its connection ended, so at least the server's log is. */
  #warnOfOversize(connectionId: string): void {
    this.#logger.warn(
      `Client ${connectionId} sent a message larger than gateway.maxPayloadBytes (${this.options.maxPayloadBytes}), which ended its connection.`,
    );
  }

  #disconnect(connection: GatewayConnection): void {
    this.connections.remove(connection.id);
    connection.stopWaiting();
    this.delivery.removeClient(connection.id);
    this.services.authentication.close(connection.id);
    this.#admission.leave(connection.socket);
    this.#runHook('onDisconnect', connection, () => this.hooks.onDisconnect(connection));
  }

  /** Asks the gateway class, which asks the policy. Either can throw or hang: both deny. */
  #guardAccess(): AccessGuard {
    const { services, options, hooks } = this;
    const failed = (error: unknown): void =>
      void services.errors.handle(error, { event: 'access policy' });
    const guard = (policy: StreamAccessPolicy): AccessGuard =>
      new AccessGuard(policy, options.accessTimeoutMs, failed);
    const policy = guard(services.policyOf(options));
    return guard({
      authorize: (request) => hooks.authorize(request, () => policy.allows(request)),
    });
  }

  async #renew(
    connection: GatewayConnection,
    payload: unknown,
  ): Promise<{ connectionId: string; expiresAt?: number }> {
    const { session } = connection;
    if (!session)
      throw new StreamingError('AUTHENTICATION_EXPIRED', 'The session has ended; reconnect.');
    const principal = await this.#admission.renew(connection, session, payload);
    connection.socket.data.principal = principal;
    const { expiresAt } = principal;
    return { connectionId: connection.id, ...(expiresAt === undefined ? {} : { expiresAt }) };
  }

  /** Tells a client why and closes its connection for good. */
  #expel({ id, socket }: GatewayConnection, error: unknown): void {
    const body = this.services.errors.handle(error, { event: 'session', connectionId: id });
    socket.emit('error', toErrorMessage(body));
    socket.disconnect(true);
    this.#closing.add(socket);
  }

  /** Tells a client that one of its subscriptions was cut off; its connection goes on. */
  #tellLost(clientId: string, channel: Channel, error: unknown): void {
    const body = this.services.errors.handle(error, {
      event: 'subscription',
      connectionId: clientId,
    });
    const socket = this.connections.get(clientId)?.socket;
    socket?.emit('error', { ...toErrorMessage(body), ...nameOf(channel) });
  }

  #refusal(thrown: unknown): Error {
    const body = this.services.errors.handle(thrown, { event: 'handshake' });
    return Object.assign(new Error(body.message), { data: body });
  }

  #runHook(name: string, { id }: GatewayConnection, hook: () => void | Promise<void>): void {
    const failed = (error: unknown): void =>
      void this.services.errors.handle(error, { event: name, connectionId: id });
    try {
      Promise.resolve(hook()).catch(failed);
    } catch (error) {
      failed(error);
    }
  }
}
