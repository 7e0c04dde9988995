import { Inject, Injectable } from '@nestjs/common';
import { Subject } from 'rxjs';
import { Cluster } from '../cluster/cluster.js';
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
 * Lets the server act for connected clients: clients of the gateways, over any transport, and clients
 * inside the process. A client inside the process is an rxjs Subject that you register here, for your own
 * transport, a job or a test. Both are listed, joined to rooms, linked to executions, filtered and sent to
 * in the same way.
 *
 * What a client at a gateway is shown passes the gateway's access policy and its `beforeDeliver`, as if it
 * had asked itself. With `{ trusted: true }` your code decides in the place of the policy. A client
 * inside the process is the server's own, so nobody is asked.
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
   * Registers a client inside the process, in place of one with the same id.
   *
   * @throws StreamingError `INVALID_PAYLOAD` when a connection of a gateway has this id
   * @returns gets every update of the client's execution and rooms; completes when it is unregistered,
   * and errors when one of them is removed (`CHANNEL_GONE`) or the log fails
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
   * Forgets a client inside the process and ends its subscriptions; its Subject completes. Does nothing
   * for an unknown client, and for a connection of a gateway, which
   * `GatewayAuthenticationService.revoke` closes.
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

  /** Lets only these types through. @throws StreamingError `INVALID_PAYLOAD` for an unknown client or type */
  subscribeToEvents(clientId: string, eventTypes: readonly string[]): void {
    const client = this.#clients.get(clientId);
    this.#setFilter(client, [...(client.filter.eventTypes ?? []), ...eventTypes.map(toKnownType)]);
  }

  /** Stops these types. When none is left, all types come again. */
  unsubscribeFromEvents(clientId: string, eventTypes: readonly string[]): void {
    const client = this.#clients.get(clientId);
    const removed = new Set(eventTypes.map(toKnownType));
    this.#setFilter(
      client,
      (client.filter.eventTypes ?? []).filter((type) => !removed.has(type)),
    );
  }

  /**
   * Makes a client watch another execution, from its start, and no other. A client at a gateway must be
   * allowed to by the access policy (`subscribe`, `replay`), unless the call is trusted. One that is
   * refused gets an `error` event, and the log says so.
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
   * Puts a client into a room. A client at a gateway must be allowed to by the access policy (`join`),
   * unless the call is trusted. One that is refused gets an `error` event, and the log says so.
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
   * Sends an update to everybody who watches an execution, through its log.
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

  /** Sends an update to everybody in a room, through its log. */
  async broadcastToRoom(roomId: string, update: StreamUpdate): Promise<void> {
    await this.#append(roomChannel(roomId), update, { create: true });
  }

  /**
   * Sends an update to one client. It is in no log, so a client that is away does not get it. At a
   * gateway it passes `beforeDeliver` first. If its metadata names an execution or a room that the client is
   * not subscribed to, the access policy must allow it (`subscribe` or `join`), unless the call is trusted.
   *
   * @returns false when the client is at no instance, when so much waits for it that it gets nothing now, or
   * when the gateway withholds the update
   */
  async sendToClient(
    clientId: string,
    update: StreamUpdate,
    { trusted: isTrusted = false }: BridgeAccessOptions = {},
  ): Promise<boolean> {
    const client = this.#clients.find(clientId);
    if (client) return client.send(update, isTrusted);
    const answers = await this.cluster.askAll('send', { clientId, update, isTrusted });
    return answers.includes(true);
  }

  /** Lets {@link broadcastToExecution} send in the order of the executions that run in this process. */
  registerExecutions(executions: BridgedExecutions): void {
    this.#executions = executions;
  }

  /** Subscribes the clients that were registered before their execution began. */
  executionOpened(executionId: string): void {
    this.#subscriptions.executionOpened(executionId);
  }

  /** What a client is subscribed to; undefined for an unknown one. */
  getClientInfo(clientId: string): BridgeClientInfo | undefined {
    return this.#clients.infoOf(clientId);
  }

  /** The ids of all clients that are connected. */
  getActiveClients(): string[] {
    return this.#clients.clientIds;
  }

  /** The ids of the clients that are subscribed to an execution. */
  getExecutionClients(executionId: string): string[] {
    return this.#clients.clientsOf(executionChannel(executionId));
  }

  /** How many clients are connected. */
  getClientCount(): number {
    return this.#clients.size;
  }

  /** Who is in a room, which need not exist. */
  getRoomInfo(roomId: string): BridgeRoomInfo {
    const clients = this.#clients.clientsOf(roomChannel(roomId));
    return { roomId, clientCount: clients.length, clients };
  }

  /** Every room that somebody is in. */
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
    throw new StreamingError('INVALID_PAYLOAD', `"${name}" is not an event type of the protocol.`);
  return type;
}
