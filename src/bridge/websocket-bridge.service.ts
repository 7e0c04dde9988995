import { Inject, Injectable } from '@nestjs/common';
import { Subject } from 'rxjs';
import { Cluster, someUnreachable } from '../cluster/cluster.js';
import { StreamingError } from '../errors/streaming.error.js';
import { draftUpdate, requireEvent } from '../log/log-entry.js';
import type { AppendOptions, StreamLog } from '../log/stream-log.js';
import { STREAM_LOG } from '../options/tokens.js';
import { executionChannel, roomChannel, type Channel } from '../protocol/channel.js';
import { toStreamEventName, type StreamEventName } from '../protocol/stream-event-type.js';
import type { StreamUpdate } from '../protocol/stream-update.js';
import type { BridgeClient } from './bridge-client.js';
import { BridgeDirectory } from './bridge-directory.js';
import { BridgeSubscriptions } from './bridge-subscriptions.js';
import type {
  BridgeAccessOptions,
  BridgeClientInfo,
  BridgeClientOptions,
  BridgedExecutions,
  BridgeRoomInfo,
} from './bridge-types.js';
import { Delivery } from '../delivery/delivery.js';
import { SubjectTransport } from './subject-transport.js';
import { SubscriptionFilter } from '../delivery/subscription-filter.js';

/**
 * Lets the server act for connected clients. There are two kinds of clients, and the methods work in the same
 * way for both:
 *
 * - clients that are connected to a gateway, over any transport
 * - clients inside the process, which you register here for your own transport, a job or a test; each gets
 *   its updates through an rxjs Subject
 *
 * For a client of a gateway, the access policy and `beforeDeliver` apply as if the client itself had made the
 * request. With `{ trusted: true }` your code decides instead of the policy. For a client inside the process,
 * the policy is not asked.
 *
 * @publicApi
 */
@Injectable()
export class WebSocketBridgeService {
  readonly #clients = new BridgeDirectory();
  readonly #transport = new SubjectTransport();
  readonly #delivery: Delivery;
  readonly #subscriptions: BridgeSubscriptions;
  #executions: BridgedExecutions | undefined;

  constructor(
    @Inject(STREAM_LOG) private readonly log: StreamLog,
    private readonly cluster: Cluster,
  ) {
    cluster.handle(
      'send',
      ({ clientId, update, isTrusted = false }) =>
        this.#clients.find(clientId)?.send(update, isTrusted) ?? false,
    );
    this.#delivery = new Delivery(log, this.#transport);
    this.#subscriptions = new BridgeSubscriptions(log, (clientId) => this.#clients.find(clientId));
  }

  /**
   * Registers a client inside the process. It replaces a registered client with the same id.
   *
   * @returns a Subject of every update of the client's execution and rooms. It completes when the client is
   * unregistered. It fails if a channel is removed (`CHANNEL_GONE`) or if the log fails.
   * @throws StreamingError `INVALID_PAYLOAD` if a connection of a gateway has this id
   */
  registerClient(
    clientId: string,
    { executionId, rooms = [], metadata = {} }: BridgeClientOptions = {},
  ): Subject<StreamUpdate> {
    this.unregisterClient(clientId);
    if (this.#clients.find(clientId))
      throw new StreamingError(
        'INVALID_PAYLOAD',
        `A connection of a gateway has the id "${clientId}"; choose another.`,
      );
    const transport = this.#transport;
    const subject = transport.add(clientId);
    this.addClient({
      identity: { clientId },
      connectedAt: Date.now(),
      metadata,
      delivery: this.#delivery,
      filter: new SubscriptionFilter(),
      send: (update) => transport.push(clientId, update),
      subscribed: () => undefined,
      fail: (_channel, error) => {
        transport.fail(clientId, error);
        this.unregisterClient(clientId);
      },
    });
    if (executionId !== undefined)
      this.#subscriptions.join(clientId, executionChannel(executionId), true);
    for (const room of rooms) this.#subscriptions.join(clientId, roomChannel(room), true);
    return subject;
  }

  /**
   * Removes a client inside the process and ends its subscriptions; its Subject completes. It does nothing
   * for an unknown client. To close a connection of a gateway, use `GatewayAuthenticationService.revoke`.
   */
  unregisterClient(clientId: string): void {
    if (this.#clients.find(clientId)?.delivery !== this.#delivery) return;
    this.removeClient(clientId);
    this.#transport.remove(clientId);
  }

  /** @internal A client connected to a gateway. */
  addClient(client: BridgeClient): void {
    this.#clients.add(client);
  }

  /** @internal A client is gone. */
  removeClient(clientId: string): void {
    this.#subscriptions.leaveAll(clientId);
    this.#clients.remove(clientId);
  }

  /**
   * Delivers only these types to the client, in addition to those of earlier calls. @throws StreamingError
   * `INVALID_PAYLOAD` for an unknown client or type
   */
  subscribeToEvents(clientId: string, eventTypes: readonly string[]): void {
    const client = this.#clients.get(clientId);
    this.#setFilter(client, [...(client.filter.eventTypes ?? []), ...eventTypes.map(toKnownType)]);
  }

  /** Stops delivering these types. If no type is left, all types are delivered again. */
  unsubscribeFromEvents(clientId: string, eventTypes: readonly string[]): void {
    const client = this.#clients.get(clientId);
    const removed = new Set(eventTypes.map(toKnownType));
    this.#setFilter(
      client,
      (client.filter.eventTypes ?? []).filter((type) => !removed.has(type)),
    );
  }

  /**
   * Subscribes a client to an execution from its start, and ends its subscriptions to other executions. For a
   * client of a gateway, the access policy must allow `subscribe` and `replay`, unless the call is trusted.
   * If the policy refuses, the client gets an `error` event, and the server logs it.
   *
   * @throws StreamingError `INVALID_PAYLOAD` for an unknown client
   */
  linkClientToExecution(
    clientId: string,
    executionId: string,
    { trusted = false }: BridgeAccessOptions = {},
  ): void {
    this.#clients.get(clientId);
    this.#subscriptions.leaveAll(clientId, ({ kind, id }) => kind === 'room' || id === executionId);
    this.#subscriptions.join(clientId, executionChannel(executionId), trusted);
  }

  /**
   * Lets a client join a room. For a client of a gateway, the access policy must allow `join`, unless the
   * call is trusted. If the policy refuses, the client gets an `error` event, and the server logs it.
   *
   * @throws StreamingError `INVALID_PAYLOAD` for an unknown client
   */
  joinRoom(clientId: string, roomId: string, { trusted = false }: BridgeAccessOptions = {}): void {
    this.#clients.get(clientId);
    this.#subscriptions.join(clientId, roomChannel(roomId), trusted);
  }

  /** Ends a client's subscription to a room. Does nothing if there is none. */
  leaveRoom(clientId: string, roomId: string): void {
    this.#subscriptions.leave(clientId, roomChannel(roomId));
  }

  /**
   * Emits an update into an execution. All its viewers get it through the execution's log.
   *
   * @throws StreamingError `EXECUTION_NOT_ACTIVE`, or `RESERVED_EVENT_TYPE` for a type that announces the
   * state of the execution
   */
  async broadcastToExecution(executionId: string, update: StreamUpdate): Promise<void> {
    requireEvent(update.type);
    const local = this.#executions?.emit(executionId, update);
    if (local) await local;
    else await this.#append(executionChannel(executionId), update);
  }

  /** Emits an update to a room. All clients in the room get it through the room's log. */
  async broadcastToRoom(roomId: string, update: StreamUpdate): Promise<void> {
    await this.#append(roomChannel(roomId), update, { create: true });
  }

  /**
   * Sends an update to one client. The update is not in a log, so a client that is not connected never gets
   * it. For a client of a gateway, `beforeDeliver` applies. If the metadata names an execution or a room that
   * the client is not subscribed to, the access policy must allow `subscribe` or `join`, unless the call is
   * trusted.
   *
   * @returns false if the client is connected to no instance, if too much data waits for the client, or if
   * the gateway withholds the update
   * @throws StreamingError `INSTANCE_UNREACHABLE` if the client may be at an instance that does not answer
   */
  async sendToClient(
    clientId: string,
    update: StreamUpdate,
    { trusted: isTrusted = false }: BridgeAccessOptions = {},
  ): Promise<boolean> {
    const client = this.#clients.find(clientId);
    if (client) return client.send(update, isTrusted);
    const request = { clientId, update, isTrusted };
    const { values, areComplete } = await this.cluster.askAll('send', request);
    if (!values.includes(true) && !areComplete) throw someUnreachable();
    return values.includes(true);
  }

  /**
   * @internal Connects the executions of this process, so that {@link broadcastToExecution} keeps their
   * order.
   */
  registerExecutions(executions: BridgedExecutions): void {
    this.#executions = executions;
  }

  /** @internal Subscribes the clients that were registered before their execution began. */
  executionOpened(executionId: string): void {
    this.#subscriptions.executionOpened(executionId);
  }

  /** A client of this instance and its subscriptions; undefined for an unknown client. */
  getClientInfo(clientId: string): BridgeClientInfo | undefined {
    return this.#clients.infoOf(clientId);
  }

  /** The ids of all clients of this instance: of gateways and inside the process. */
  getActiveClients(): string[] {
    return this.#clients.clientIds;
  }

  /** The ids of this instance's clients that are subscribed to an execution. */
  getExecutionClients(executionId: string): string[] {
    return this.#clients.clientsOf(executionChannel(executionId));
  }

  /** How many clients this instance has: of gateways and inside the process. */
  getClientCount(): number {
    return this.#clients.size;
  }

  /** The clients of this instance that are in a room. If there is no such room, the list is empty. */
  getRoomInfo(roomId: string): BridgeRoomInfo {
    const clients = this.#clients.clientsOf(roomChannel(roomId));
    return { roomId, clientCount: clients.length, clients };
  }

  /** Every room that has a client of this instance, with these clients. */
  getAllRoomsInfo(): BridgeRoomInfo[] {
    return this.#clients.rooms;
  }

  /** @internal The application closes: the clients inside the process are done. */
  async close(): Promise<void> {
    for (const clientId of this.getActiveClients()) this.unregisterClient(clientId);
    await this.#delivery.close();
  }

  #setFilter(client: BridgeClient, eventTypes: readonly StreamEventName[]): void {
    client.filter = client.filter.withEventTypes(eventTypes);
    const { delivery, identity } = client;
    for (const channel of delivery.channelsOf(identity.clientId)) {
      delivery.setFilter(identity.clientId, channel, (filter) => filter.withEventTypes(eventTypes));
    }
  }

  async #append(
    channel: Channel,
    { type, data, metadata }: StreamUpdate,
    options: AppendOptions = {},
  ): Promise<void> {
    const draft = draftUpdate({ type, data, nodeId: metadata?.nodeId, metadata });
    await this.log.append(channel, [draft], options);
  }
}

function toKnownType(name: string): StreamEventName {
  const type = toStreamEventName(name);
  if (!type)
    throw new StreamingError(
      'INVALID_PAYLOAD',
      `"${name}" is not an event type of the protocol; use one of StreamEventType, such as "events".`,
    );
  return type;
}
