import type { AuthenticationSession } from '../access/authentication-session.js';
import type { Principal } from '../access/principal.js';
import { MessageWindow } from '../access/rate-limit/message-window.js';
import type { Delivery } from '../delivery/delivery.js';
import type { StreamEventName } from '../protocol/stream-event-type.js';
import type { AdmissionRequest, GatewaySession } from './gateway-session.js';

/**
 * One connected client, over any transport.
 *
 * @publicApi
 */
export class GatewayConnection {
  /** When the client connected, in milliseconds since the Unix epoch. */
  readonly connectedAt = Date.now();
  /** The session that ends the connection when its credential expires. */
  authentication: AuthenticationSession | undefined;
  /** The event types for subscriptions without `eventTypes`. The client sets them with `subscribe_events`. */
  defaultEventTypes: readonly StreamEventName[] | undefined;

  /** @internal Counts its messages. */
  readonly messages = new MessageWindow();

  #handled: Promise<unknown> = Promise.resolve();
  #pending = 0;
  /** Ends the waits for executions that the client cannot see yet, by the id of the execution. */
  #waits: Map<string, AbortController> | undefined;

  constructor(
    /** Sends to the client. */
    readonly session: GatewaySession,
    /** @internal The handshake of the client. A renewed credential is checked with the facts of it. */
    readonly request: AdmissionRequest,
    /** @internal Delivers updates to the clients of the same transport. */
    readonly delivery: Delivery,
  ) {}

  /** The id of the connection. */
  get id(): string {
    return this.session.id;
  }

  /** The principal of the connection. */
  get principal(): Principal {
    return this.session.principal;
  }

  /** The client's address, as seen through the trusted proxies. */
  get address(): string {
    return this.session.address;
  }

  /** Aborts when the client is gone. */
  get signal(): AbortSignal {
    return this.session.signal;
  }

  /** Whether the client is still connected. */
  get connected(): boolean {
    return !this.session.signal.aborted;
  }

  /**
   * Runs a task after all earlier tasks of this client. So a client's messages take effect in the order in
   * which it sent them, even if one of them waits for a policy.
   */
  inOrder<T>(task: () => Promise<T>): Promise<T> {
    this.#pending += 1;
    const result = this.#handled.then(task);
    const done = (): void => void (this.#pending -= 1);
    this.#handled = result.then(done, done);
    return result;
  }

  /** How many tasks have not ended. */
  get pending(): number {
    return this.#pending;
  }

  /** How many executions the client waits for. */
  get waits(): number {
    return this.#waits?.size ?? 0;
  }

  /** Begins to wait for an execution. The returned signal aborts after `waitForMs`, or when the wait ends. */
  beginWait(executionId: string, waitForMs: number): AbortSignal {
    const wait = new AbortController();
    const timer = setTimeout(() => wait.abort(), waitForMs);
    wait.signal.addEventListener('abort', () => clearTimeout(timer));
    (this.#waits ??= new Map()).set(executionId, wait);
    return wait.signal;
  }

  /** Ends the wait that has this signal. */
  endWait(executionId: string, signal: AbortSignal): void {
    if (this.#waits?.get(executionId)?.signal === signal) this.stopWaiting(executionId);
  }

  /** Ends the wait for an execution. Without an id, ends all waits. */
  stopWaiting(executionId?: string): void {
    const waits = this.#waits;
    if (!waits) return;
    for (const id of executionId === undefined ? [...waits.keys()] : [executionId]) {
      waits.get(id)?.abort();
      waits.delete(id);
    }
  }
}

/** A connection in lists and statistics. */
export interface GatewayConnectionInfo {
  /** The id of the connection. */
  readonly id: string;
  /** The id of its principal. */
  readonly principalId: string;
  /** When the client connected, in milliseconds since the Unix epoch. */
  readonly connectedAt: number;
}

/** Numbers about the connections of a gateway. */
export interface GatewayStats {
  /** The number of clients that are connected now. */
  readonly activeConnections: number;
  /** The number of clients that have connected since the gateway started. */
  readonly totalConnections: number;
  /** The largest number of clients that were connected at the same time. */
  readonly peakConnections: number;
  /** How long the gateway has been running, in milliseconds. */
  readonly uptime: number;
}

/**
 * The clients that are connected to one gateway of this instance, over any transport. The property
 * `connections` of a gateway is its manager. If you inject this class, you get the manager of the module's
 * gateway, or of the subclass that replaces this gateway.
 *
 * ```ts
 * constructor(private readonly connections: GatewayConnectionManager) {}
 *
 * count = () => this.connections.stats().activeConnections;
 * ```
 *
 * @publicApi
 */
export class GatewayConnectionManager {
  readonly #connections = new Map<string, GatewayConnection>();
  readonly #startedAt = Date.now();
  #total = 0;
  #peak = 0;

  /** @internal */
  add(connection: GatewayConnection): void {
    this.#connections.set(connection.id, connection);
    this.#total += 1;
    this.#peak = Math.max(this.#peak, this.#connections.size);
  }

  /** @internal */
  remove(connectionId: string): void {
    this.#connections.delete(connectionId);
  }

  /** Returns a connection by its id; undefined if there is no connection with this id. */
  get(connectionId: string): GatewayConnection | undefined {
    return this.#connections.get(connectionId);
  }

  /** How many clients are connected. */
  get size(): number {
    return this.#connections.size;
  }

  /** The connections, oldest first. */
  all(): IterableIterator<GatewayConnection> {
    return this.#connections.values();
  }

  /** Id, principal and time of each connection. */
  infos(): GatewayConnectionInfo[] {
    return [...this.#connections.values()].map(infoOf);
  }

  /** Id, principal and time of one connection; undefined if there is no connection with this id. */
  info(connectionId: string): GatewayConnectionInfo | undefined {
    const connection = this.#connections.get(connectionId);
    return connection && infoOf(connection);
  }

  /** Counts the clients that are connected now, and all that have connected since the gateway started. */
  stats(): GatewayStats {
    return {
      activeConnections: this.#connections.size,
      totalConnections: this.#total,
      peakConnections: this.#peak,
      uptime: Date.now() - this.#startedAt,
    };
  }
}

function infoOf({ id, principal, connectedAt }: GatewayConnection): GatewayConnectionInfo {
  return { id, principalId: principal.id, connectedAt };
}
