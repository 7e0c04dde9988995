import type { AuthenticationSession } from '../access/authentication-session.js';
import type { Principal } from '../access/principal.js';
import type { StreamEventName } from '../protocol/stream-event-type.js';
import type { GatewaySocket } from '../transports/socket-io/gateway-types.js';

/** One connected client. */
export class GatewayConnection {
  readonly connectedAt = Date.now();
  /** Watches over the credential. */
  session: AuthenticationSession | undefined;
  /** The event types for subscriptions that name none; see `subscribe_events`. */
  defaultEventTypes: readonly StreamEventName[] | undefined;

  #handled: Promise<void> = Promise.resolve();

  constructor(readonly socket: GatewaySocket) {}

  get id(): string {
    return this.socket.id;
  }

  get principal(): Principal {
    return this.socket.data.principal;
  }

  /**
   * Runs a task when those before it are done: a client's messages take effect in the order in which
   * it sent them, however long one waits for a policy. @param task - must not reject
   */
  inOrder(task: () => Promise<void>): Promise<void> {
    this.#handled = this.#handled.then(task);
    return this.#handled;
  }
}

/** A connection, as statistics show it. */
export interface GatewayConnectionInfo {
  readonly id: string;
  readonly principalId: string;
  /** In milliseconds since the Unix epoch. */
  readonly connectedAt: number;
}

/** Numbers about the connections of a gateway. */
export interface GatewayStats {
  readonly activeConnections: number;
  /** Since the gateway started. */
  readonly totalConnections: number;
  /** The most at one time. */
  readonly peakConnections: number;
  /** How long the gateway runs, in milliseconds. */
  readonly uptime: number;
}

/**
 * The clients that are connected to one gateway of this instance.
 *
 * @publicApi
 */
export class GatewayConnectionManager {
  readonly #connections = new Map<string, GatewayConnection>();
  readonly #startedAt = Date.now();
  #total = 0;
  #peak = 0;

  add(socket: GatewaySocket): GatewayConnection {
    const connection = new GatewayConnection(socket);
    this.#connections.set(socket.id, connection);
    this.#total += 1;
    this.#peak = Math.max(this.#peak, this.#connections.size);
    return connection;
  }

  remove(connectionId: string): void {
    this.#connections.delete(connectionId);
  }

  get(connectionId: string): GatewayConnection | undefined {
    return this.#connections.get(connectionId);
  }

  get size(): number {
    return this.#connections.size;
  }

  all(): IterableIterator<GatewayConnection> {
    return this.#connections.values();
  }

  infos(): GatewayConnectionInfo[] {
    return [...this.#connections.values()].map(({ id, principal, connectedAt }) => ({
      id,
      principalId: principal.id,
      connectedAt,
    }));
  }

  stats(): GatewayStats {
    return {
      activeConnections: this.#connections.size,
      totalConnections: this.#total,
      peakConnections: this.#peak,
      uptime: Date.now() - this.#startedAt,
    };
  }
}
