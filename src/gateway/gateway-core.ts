import { AccessGuard } from '../access/access-policy/access-guard.js';
import type { Principal } from '../access/principal.js';
import type { StreamAccessPolicy } from '../access/stream-access-policy.js';
import { Delivery, type PrepareEntry } from '../delivery/delivery.js';
import type { DeliveryTransport } from '../delivery/delivery-transport.js';
import { StreamingError } from '../errors/streaming.error.js';
import type { ResolvedGatewayOptions } from '../options/resolved-options.js';
import { nameOf, type Channel } from '../protocol/channel.js';
import type { ClientEventName } from '../protocol/client-events.js';
import type { ErrorBody } from '../protocol/error-codes.js';
import type { ConnectionStatusMessage } from '../protocol/server-events.js';
import type { StreamUpdate } from '../protocol/stream-update.js';
import { BridgedConnection, type BridgedGateway } from './bridged-connection.js';
import { ChannelAccess } from './channel-access.js';
import type { ClientMessage } from './client-message.js';
import { connectionStatus } from './connection-status.js';
import { BridgeAccess } from './bridge-access.js';
import { EntryPreparation } from './entry-preparation.js';
import { toErrorMessage } from './error-message.js';
import { ExecutionStatuses } from './execution-status.js';
import { ExecutionWaits } from './execution-waits.js';
import { GatewayAdmission } from './gateway-admission.js';
import { GatewayConnection, type GatewayConnectionManager } from './gateway-connection.manager.js';
import type { GatewayHooks, GatewayServices } from './gateway-services.js';
import type { AdmissionRequest, GatewaySession } from './gateway-session.js';
import type { AnswerOf, Handled, HandledLater } from './message-handler.js';
import { MessageHandlers } from './message-handlers.js';
import { MessageRouter } from './message-router.js';
import { ShownThreads } from './shown-threads.js';
import { ThreadHandlers } from './thread-handlers.js';

/**
 * One running gateway: its connections, their requests and their updates. Transports bring clients to it. All
 * clients have the same admission, policy, hooks and limits.
 */
export class GatewayCore implements BridgedGateway {
  readonly admission: GatewayAdmission;
  readonly bridgeAccess: BridgeAccess;
  readonly #router: MessageRouter;
  readonly #preparation: EntryPreparation | undefined;
  readonly #prepareEntry: PrepareEntry | undefined;
  readonly #deliveries = new Set<Delivery>();
  readonly #drainListeners: (() => void)[] = [];
  #draining = false;

  constructor(
    private readonly services: GatewayServices,
    readonly options: ResolvedGatewayOptions,
    readonly connections: GatewayConnectionManager,
    private readonly hooks: GatewayHooks,
  ) {
    const { log, executions, errors } = services;
    services.account.include(options);
    this.admission = new GatewayAdmission(services.authentication, services.account, options);
    const allows = this.#guardAccess();
    const onSubscribe: GatewayHooks['onSubscribe'] = (connection, channel) =>
      hooks.onSubscribe(connection, channel);
    const { beforeDeliver } = hooks;
    const preparation =
      beforeDeliver &&
      new EntryPreparation(beforeDeliver, (error) => {
        errors.handle(error, { event: 'beforeDeliver' });
      });
    this.#preparation = preparation;
    this.#prepareEntry = preparation && ((entry) => preparation.prepare(entry));
    const waits = new ExecutionWaits(log, options.maxWaitsPerClient);
    executions.onOpened((executionId) => waits.opened(executionId));
    const channels = {
      log,
      executions,
      options,
      allows,
      onSubscribe,
      deliveries: this.#deliveries,
    };
    const channelAccess = new ChannelAccess(channels);
    const { threads } = services;
    const handlers = new MessageHandlers({
      ...channels,
      access: channelAccess,
      threads,
      executions,
      waits,
      statuses: new ExecutionStatuses(log, this.#prepareEntry),
      renew: (connection, payload) => this.#renew(connection, payload),
    });
    const shown = new ShownThreads(preparation);
    const threadHandlers = new ThreadHandlers({ access: channelAccess, threads, shown });
    this.#router = new MessageRouter(handlers, threadHandlers, errors, options);
    this.bridgeAccess = new BridgeAccess({ log, allows, onSubscribe });
    services.shutdown.onDraining(() => this.#tellAll('draining'));
    services.availability?.onChange((isAvailable) =>
      this.#tellAll(isAvailable ? 'connected' : 'degraded'),
    );
  }

  /** Delivers channels to the clients of one transport, after the gateway's hook. */
  deliverBy(transport: DeliveryTransport): Delivery {
    const { log, errors, deliveries } = this.services;
    const delivery = new Delivery(
      log,
      transport,
      {
        onLost: (clientId, channel, error) => this.tellLost(clientId, channel, error),
        onFailure: (error) => void errors.handle(error, { event: 'delivery' }),
      },
      this.#prepareEntry,
    );
    this.#deliveries.add(delivery);
    deliveries.add(delivery);
    return delivery;
  }

  /**
   * Admits a client before its session exists.
   *
   * @param signal - aborts when the client is gone
   * @throws StreamingError `SERVER_SHUTDOWN`, and those of {@link GatewayAdmission.admit}
   */
  admit(request: AdmissionRequest, signal: AbortSignal): Promise<Principal> {
    if (this.#draining)
      return Promise.reject(
        new StreamingError('SERVER_SHUTDOWN', 'The server is stopping; reconnect.'),
      );
    return this.admission.admit(request, signal);
  }

  /** The error for a client that is not admitted. */
  refusal(thrown: unknown): ErrorBody {
    return this.services.errors.handle(thrown, { event: 'handshake' });
  }

  /** A client was admitted. It is connected until its signal aborts. */
  connect(
    session: GatewaySession,
    request: AdmissionRequest,
    delivery: Delivery,
  ): GatewayConnection {
    const connection = new GatewayConnection(session, request, delivery);
    const { id, principal, signal } = connection;
    this.connections.add(connection);
    this.services.bridge.addClient(new BridgedConnection(connection, this));
    connection.authentication = this.services.authentication.open(
      id,
      principal,
      {
        onExpiring: (expiresAt) => session.send('authentication_expiring', { expiresAt }),
        onEnd: (error) => this.#expel(connection, error),
      },
      this.options.authentication,
    );
    signal.addEventListener('abort', () => this.#disconnect(connection), { once: true });
    if (this.services.availability?.isAvailable === false)
      session.send('connection_status', connectionStatus(session, 'degraded'));
    this.#runHook('onConnect', connection, () => this.hooks.onConnect(connection));
    return connection;
  }

  /** Tells a client why, and closes its connection. The client does not reconnect. */
  expel(connectionId: string, error: unknown): void {
    const connection = this.connections.get(connectionId);
    if (connection) this.#expel(connection, error);
  }

  /**
   * Counts a message of a client, and answers it when its turn comes.
   *
   * @param pass - passes the message to the application's own handlers, if it may be handled
   */
  async receive(
    connection: GatewayConnection,
    message: ClientMessage,
    pass: () => void,
  ): Promise<void> {
    const verdict = await this.admission.countMessage(connection);
    if (!connection.connected) return;
    if (verdict.allowed) {
      pass();
      await connection.inOrder(() => this.#router.route(connection, message));
      return;
    }
    this.#router.refuse(connection, message, verdict.error);
    if (verdict.flooding) this.#expel(connection, verdict.error);
  }

  /**
   * Counts and handles a request that does not come as a message.
   *
   * @throws StreamingError `RATE_LIMITED`, and those of the event; see docs/protocol.md
   */
  async handle<E extends ClientEventName>(
    connection: GatewayConnection,
    event: E,
    payload: unknown,
  ): Promise<Handled<AnswerOf<E>> | HandledLater<AnswerOf<E>>> {
    const verdict = await this.admission.countMessage(connection);
    if (!verdict.allowed) throw verdict.error;
    return this.#router.handle(connection, event, payload);
  }

  /** See {@link BridgedGateway}. */
  prepare(clientId: string, update: StreamUpdate): StreamUpdate | undefined {
    const preparation = this.#preparation;
    return preparation ? preparation.prepareUnlogged(update, clientId) : update;
  }

  /** Tells a client that one of its subscriptions has ended. Its connection continues. */
  tellLost(clientId: string, channel: Channel, error: unknown): void {
    const context = { event: 'subscription', connectionId: clientId };
    const body = this.services.errors.handle(error, context);
    const session = this.connections.get(clientId)?.session;
    session?.send('error', { ...toErrorMessage(body), ...nameOf(channel) });
  }

  /** Closes every connection, once nothing runs any more. Clients reconnect. */
  async drain(): Promise<void> {
    await this.services.shutdown.drain();
    const dismissed = [...this.connections.all()].map(({ session }) => session.dismiss());
    for (const listener of this.#drainListeners) listener();
    await Promise.all([...this.#deliveries].map((delivery) => delivery.close()));
    await Promise.all(dismissed);
  }

  /** Calls a listener when the gateway stops, after its clients were notified. */
  onDrain(listener: () => void): void {
    this.#drainListeners.push(listener);
  }

  /**
   * Notifies all clients. While the server drains, it admits no clients, and running executions continue for
   * a while.
   */
  #tellAll(status: ConnectionStatusMessage['status']): void {
    if (this.#draining) return;
    this.#draining = status === 'draining';
    for (const { session } of this.connections.all())
      session.send('connection_status', connectionStatus(session, status));
  }

  #disconnect(connection: GatewayConnection): void {
    const { id, delivery } = connection;
    this.connections.remove(id);
    connection.stopWaiting();
    this.services.bridge.removeClient(id);
    delivery.removeClient(id);
    this.services.authentication.close(id);
    this.#runHook('onDisconnect', connection, () => this.hooks.onDisconnect(connection));
  }

  /**
   * Asks the gateway class, which asks the policy. If either throws or does not answer, the request is
   * denied.
   */
  #guardAccess(): AccessGuard['allows'] {
    const { services, options, hooks } = this;
    const failed = (error: unknown): void =>
      void services.errors.handle(error, { event: 'access policy' });
    const guard = (policy: Pick<StreamAccessPolicy, 'authorize'>): AccessGuard =>
      new AccessGuard(policy, options.accessTimeoutMs, failed);
    const policy = guard(services.policyOf(options));
    const gateway = guard({
      authorize: (request) => hooks.authorize(request, async () => policy.allows(request)),
    });
    return (request) => (hooks.decides() ? gateway : policy).allows(request);
  }

  async #renew(
    connection: GatewayConnection,
    payload: unknown,
  ): Promise<{ connectionId: string; expiresAt?: number }> {
    const { authentication, request, session } = connection;
    if (!authentication)
      throw new StreamingError('AUTHENTICATION_EXPIRED', 'The session has ended; reconnect.');
    const principal = await this.admission.renew(request, authentication, payload);
    session.principal = principal;
    const { expiresAt } = principal;
    return { connectionId: connection.id, ...(expiresAt === undefined ? {} : { expiresAt }) };
  }

  #expel({ id, session }: GatewayConnection, error: unknown): void {
    const body = this.services.errors.handle(error, { event: 'session', connectionId: id });
    session.end(toErrorMessage(body));
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
