import { targetOf, type Principal } from '../access/principal.js';
import type { BridgeClient } from '../bridge/bridge-client.js';
import type { Delivery, Subscription } from '../delivery/delivery.js';
import type { SubscriberIdentity } from '../delivery/subscriber.js';
import { SubscriptionFilter } from '../delivery/subscription-filter.js';
import type { Channel } from '../protocol/channel.js';
import type { StreamUpdate } from '../protocol/stream-update.js';
import type { BridgeAccess, SeenChannel } from './bridge-access.js';
import type { GatewayConnection } from './gateway-connection.manager.js';

/** The functions of a gateway for its connections at the bridge. */
export interface BridgedGateway {
  readonly bridgeAccess: BridgeAccess;
  /** Returns the update that a client gets instead of an update without a log; undefined to withhold it. */
  prepare(clientId: string, update: StreamUpdate): StreamUpdate | undefined;
  /** Tells a client that it is not subscribed to a channel. */
  tellLost(clientId: string, channel: Channel, error: unknown): void;
}

const NO_METADATA = Object.freeze({});

/** A connection of a gateway, for the bridge. */
export class BridgedConnection implements BridgeClient {
  readonly identity: SubscriberIdentity;
  readonly metadata = NO_METADATA;
  /** The earlier sendings, because updates must not overtake each other while the policy decides. */
  #sent: Promise<unknown> | undefined;

  constructor(
    private readonly connection: GatewayConnection,
    private readonly gateway: BridgedGateway,
  ) {
    const { id, principal } = connection;
    this.identity = { clientId: id, principalId: targetOf(principal) };
  }

  get connectedAt(): number {
    return this.connection.connectedAt;
  }

  get delivery(): Delivery {
    return this.connection.delivery;
  }

  get principal(): Principal {
    return this.connection.principal;
  }

  get filter(): SubscriptionFilter {
    return SubscriptionFilter.of({ eventTypes: this.connection.defaultEventTypes });
  }

  set filter({ eventTypes }: SubscriptionFilter) {
    this.connection.defaultEventTypes = eventTypes;
  }

  admit(seen: SeenChannel, isTrusted: boolean): Promise<void> {
    return this.gateway.bridgeAccess.admit(this.connection, seen, isTrusted);
  }

  send(update: StreamUpdate, isTrusted: boolean): Promise<boolean> {
    const sent = (this.#sent ?? Promise.resolve()).then(() => this.#send(update, isTrusted));
    this.#sent = sent.catch(() => undefined);
    return sent;
  }

  async #send(update: StreamUpdate, isTrusted: boolean): Promise<boolean> {
    const { connection, gateway } = this;
    if (!isTrusted && !(await gateway.bridgeAccess.mayGet(connection, update))) return false;
    const prepared = gateway.prepare(connection.id, update);
    return prepared !== undefined && this.delivery.push(connection.id, prepared);
  }

  /**
   * The client gets the answer as if it had sent the request itself, so that it can continue from its cursor.
   */
  subscribed({ kind, id }: Channel, subscription: Subscription): void {
    const { session } = this.connection;
    const { cursor, recovered, head, state = 'running' } = subscription;
    const position = { cursor, recovered, timestamp: Date.now() };
    if (kind === 'room') session.send('room_joined', { roomId: id, ...position });
    else
      session.send('subscription_confirmed', {
        type: 'execution',
        executionId: id,
        state,
        head,
        ...position,
      });
  }

  fail(channel: Channel, error: unknown): void {
    this.gateway.tellLost(this.connection.id, channel, error);
  }
}
