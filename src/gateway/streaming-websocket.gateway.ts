import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { WebSocketServer, type OnGatewayInit } from '@nestjs/websockets';
import type { AccessRequest } from '../access/stream-access-policy.js';
import { StreamingError } from '../errors/streaming.error.js';
import type { UpdateContent } from '../log/log-entry.js';
import type { Channel } from '../protocol/channel.js';
import type { StreamUpdate } from '../protocol/stream-update.js';
import type { DeliveryTarget } from './entry-preparation.js';
import { GatewayCore } from './gateway-core.js';
import type {
  GatewayConnection,
  GatewayConnectionInfo,
  GatewayConnectionManager,
  GatewayStats,
} from './gateway-connection.manager.js';
import { GatewayRuntime } from './gateway-runtime.js';
import type { GatewayNamespace } from './socket-types.js';

/** Returns the running core of a gateway, for transports. */
export let coreOf: (gateway: StreamingWebSocketGateway) => GatewayCore;

/** The method `authorize` that leaves the decision to the access policy. */
let original: unknown;

/**
 * The gateway. Clients use it to subscribe to executions, join rooms, cancel and answer; `docs/protocol.md`
 * describes the messages. The module provides one gateway. To change who may do what, to run code when
 * clients connect, or to add handlers with `@SubscribeMessage`, extend this class and decorate it with {@link
 * StreamingGateway}. Nest's guards, pipes, interceptors and filters work on your handlers.
 *
 * @publicApi
 */
@Injectable()
export class StreamingWebSocketGateway implements OnGatewayInit, OnModuleDestroy {
  /** The Socket.IO namespace of this gateway; undefined until the application is initialised. */
  @WebSocketServer()
  protected readonly server: GatewayNamespace | undefined;

  // Injected as a property, so that a subclass can have a constructor of its own.
  @Inject(GatewayRuntime)
  private readonly runtime: GatewayRuntime | undefined;

  #core: GatewayCore | undefined;

  static {
    coreOf = (gateway) => gateway.#requireCore();
    original = Reflect.get(StreamingWebSocketGateway.prototype, 'authorize');
  }

  /** Nest calls it when the namespace exists. If you override it, call `super.afterInit`. */
  afterInit(namespace: GatewayNamespace): void {
    const core = this.#requireCore();
    this.runtime?.serve(core, namespace, this);
  }

  /** Closes the gateway. Clients are told to reconnect. If you override it, call `super.onModuleDestroy`. */
  async onModuleDestroy(): Promise<void> {
    await this.#core?.drain();
  }

  /** The clients that are connected to this gateway. */
  get connections(): GatewayConnectionManager {
    return this.#requireCore().connections;
  }

  /** Counts the clients that are connected now, and all that have connected since the gateway started. */
  getStats(): GatewayStats {
    return this.connections.stats();
  }

  /** The connections of this gateway. */
  getActiveConnections(): GatewayConnectionInfo[] {
    return this.connections.infos();
  }

  /** One connection, by its id. */
  getConnectionById(connectionId: string): GatewayConnectionInfo | undefined {
    return this.connections.info(connectionId);
  }

  /**
   * Decides whether a client may do something with a channel. It is called for every request that names a
   * channel. If it throws, the request is denied.
   *
   * @param allowed - asks the access policy; without an override, the policy alone decides
   */
  protected authorize(
    _request: AccessRequest,
    allowed: () => Promise<boolean>,
  ): boolean | Promise<boolean> {
    return allowed();
  }

  /** Called after a client connected; its principal is `connection.principal`. */
  protected onConnect(_connection: GatewayConnection): void | Promise<void> {}

  /** Called after a client was disconnected. */
  protected onDisconnect(_connection: GatewayConnection): void | Promise<void> {}

  /** Called before a client subscribes or joins a room. If it throws, the client is refused. */
  protected onSubscribe(_connection: GatewayConnection, _channel: Channel): void | Promise<void> {}

  /**
   * Called once for each update before viewers of this gateway get it, over any transport. It also applies to
   * updates that are read from the log. Other messages repeat questions and states, so it is called for these
   * too: for open questions as an `interrupt` update of their execution, and for each state in the answers to
   * `get_thread` and `get_thread_history` as a `values` update of the thread, with `messages` in its data.
   *
   * Return the update itself, a copy with other `data` or more metadata, or undefined to withhold it. If the
   * method throws, the update is withheld too. The update is deeply frozen. Its type and its place cannot be
   * changed. Viewers always get the state of an execution, even if you withhold the rest of the update.
   * Without this method, updates are delivered unchanged.
   *
   * @param channel - the channel of the update. If `WebSocketBridgeService.sendToClient` sends an update that
   * names no channel, it is `{ kind: 'client', id }` with the id of the connection.
   */
  protected beforeDeliver?(
    update: StreamUpdate,
    channel: DeliveryTarget,
  ): UpdateContent | undefined;

  /** The core is made at its first use, because a gateway that does not listen may serve another transport. */
  #requireCore(): GatewayCore {
    if (this.#core) return this.#core;
    const { runtime } = this;
    if (!runtime)
      throw new StreamingError(
        'NOT_BOOTSTRAPPED',
        `Import StreamingModule.forRoot() so that ${this.constructor.name} can be injected.`,
      );
    const { options, connections } = runtime.settingsOf(this.constructor);
    this.#core = new GatewayCore(runtime.services, options, connections, {
      decides: () => this.authorize !== original,
      authorize: (request, allowed) => this.authorize(request, allowed),
      onConnect: (connection) => this.onConnect(connection),
      onDisconnect: (connection) => this.onDisconnect(connection),
      onSubscribe: (connection, channel) => this.onSubscribe(connection, channel),
      beforeDeliver: this.beforeDeliver?.bind(this),
    });
    return this.#core;
  }
}
