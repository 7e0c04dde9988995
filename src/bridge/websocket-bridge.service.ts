import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Subject } from 'rxjs';
import { StreamingError } from '../errors/streaming.error.js';
import { draftUpdate } from '../log/log-entry.js';
import type { AppendOptions, StreamLog } from '../log/stream-log.js';
import { STREAM_LOG } from '../options/tokens.js';
import { executionChannel, roomChannel, type Channel } from '../protocol/channel.js';
import {
  isControlEvent,
  toStreamEventName,
  type StreamEventName,
} from '../protocol/stream-event-type.js';
import type { StreamUpdate } from '../protocol/stream-update.js';
import type {
  AcknowledgmentAnswers,
  AcknowledgmentRequest,
} from '../delivery/acknowledgment-request.js';
import { BridgeSubscriptions } from './bridge-subscriptions.js';
import type {
  BridgeClientInfo,
  BridgeClientOptions,
  BridgedExecutions,
  BridgedGateway,
  BridgeRoomInfo,
} from './bridge-types.js';
import { Delivery } from '../delivery/delivery.js';
import { SubjectTransport } from './subject-transport.js';
import { SubscriptionFilter } from '../delivery/subscription-filter.js';

interface BridgeClient {
  readonly connectedAt: number;
  readonly metadata: Readonly<Record<string, unknown>>;
  filter: SubscriptionFilter;
}

/**
 * Delivers updates to clients inside the process, each an rxjs Subject, and to those of the
 * gateways, as the legacy service of this name did: the same log, filters and delivery as on
 * sockets. Use it for an SSE controller, a test, or your own transport.
 *
 * @publicApi
 */
@Injectable()
export class WebSocketBridgeService implements OnModuleDestroy {
  readonly #clients = new Map<string, BridgeClient>();
  readonly #gateways = new Set<BridgedGateway>();
  readonly #transport = new SubjectTransport();
  readonly #delivery: Delivery;
  readonly #subscriptions: BridgeSubscriptions;
  #executions: BridgedExecutions | undefined;

  constructor(@Inject(STREAM_LOG) private readonly log: StreamLog) {
    this.#delivery = new Delivery(log, this.#transport);
    this.#subscriptions = new BridgeSubscriptions(log, this.#delivery, {
      filterOf: (clientId) => this.#clients.get(clientId)?.filter,
      onFailure: (clientId, error) => {
        this.#transport.fail(clientId, error);
        this.unregisterClient(clientId);
      },
    });
  }

  /**
   * Registers a client.
   *
   * @returns gets every update of the client's execution and rooms; completes when it is unregistered,
   * and errors when one of them is removed (`CHANNEL_GONE`) or the log fails
   */
  registerClient(
    clientId: string,
    { executionId, rooms = [], metadata = {} }: BridgeClientOptions = {},
  ): Subject<StreamUpdate> {
    this.unregisterClient(clientId);
    this.#clients.set(clientId, {
      connectedAt: Date.now(),
      metadata,
      filter: new SubscriptionFilter(),
    });
    const subject = this.#transport.add(clientId);
    if (executionId !== undefined)
      this.#subscriptions.join(clientId, executionChannel(executionId));
    for (const room of rooms) this.#subscriptions.join(clientId, roomChannel(room));
    return subject;
  }

  /** Forgets a client and ends its subscriptions; its Subject completes. Does nothing for an unknown one. */
  unregisterClient(clientId: string): void {
    this.#clients.delete(clientId);
    this.#subscriptions.leaveAll(clientId);
    this.#transport.remove(clientId);
  }

  /** Lets only these types through. @throws StreamingError `INVALID_PAYLOAD` for an unknown client or type */
  subscribeToEvents(clientId: string, eventTypes: readonly string[]): void {
    const client = this.#client(clientId);
    this.#setFilter(clientId, client, [
      ...(client.filter.eventTypes ?? []),
      ...eventTypes.map(toKnownType),
    ]);
  }

  /** Stops these types. When none is left, all types come again. */
  unsubscribeFromEvents(clientId: string, eventTypes: readonly string[]): void {
    const client = this.#client(clientId);
    const removed = new Set(eventTypes.map(toKnownType));
    this.#setFilter(
      clientId,
      client,
      (client.filter.eventTypes ?? []).filter((type) => !removed.has(type)),
    );
  }

  /** Makes a client watch another execution, and no other. @throws StreamingError for an unknown client */
  linkClientToExecution(clientId: string, executionId: string): void {
    this.#client(clientId);
    this.#subscriptions.leaveAll(clientId, ({ kind, id }) => kind === 'room' || id === executionId);
    this.#subscriptions.join(clientId, executionChannel(executionId));
  }

  /** @throws StreamingError for an unknown client */
  joinRoom(clientId: string, roomId: string): void {
    this.#client(clientId);
    this.#subscriptions.join(clientId, roomChannel(roomId));
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
    if (isControlEvent(update.type)) {
      throw new StreamingError(
        'RESERVED_EVENT_TYPE',
        `Only the execution itself announces "${update.type}"; send another type, such as "events".`,
      );
    }
    const local = this.#executions?.emit(executionId, update);
    if (local) await local;
    else await this.#append(executionChannel(executionId), update);
  }

  /** Sends an update to everybody in a room, through its log. */
  async broadcastToRoom(roomId: string, update: StreamUpdate): Promise<void> {
    await this.#append(roomChannel(roomId), update, { create: true });
  }

  /**
   * Sends an update to one client, of the bridge or of a gateway. It is in no log, so a client that
   * is away does not get it.
   *
   * @returns false when the client is not there, or so much waits for it that it gets nothing now
   */
  sendToClient(clientId: string, update: StreamUpdate): boolean {
    if (this.#transport.push(clientId, update)) return true;
    return [...this.#gateways].some((gateway) => gateway.sendToClient(clientId, update));
  }

  /** Lets {@link sendToClient} reach the clients of a gateway. The library's gateways do it themselves. */
  registerGateway(gateway: BridgedGateway): void {
    this.#gateways.add(gateway);
  }

  /** Lets {@link broadcastToExecution} send in the order of the executions that run in this process. */
  registerExecutions(executions: BridgedExecutions): void {
    this.#executions = executions;
  }

  /** Subscribes the clients that were registered before their execution began. */
  executionOpened(executionId: string): void {
    this.#subscriptions.executionOpened(executionId);
  }

  /**
   * Asks the clients of the gateways that watch a channel whether they have all of it. Clients inside
   * the process need not be asked.
   */
  async requestAcknowledgments(
    channel: Channel,
    request: AcknowledgmentRequest,
  ): Promise<AcknowledgmentAnswers> {
    const answers = await Promise.all(
      [...this.#gateways].flatMap(
        (gateway) => gateway.requestAcknowledgments?.(channel, request) ?? [],
      ),
    );
    return {
      acknowledged: answers.flatMap(({ acknowledged }) => acknowledged),
      missing: answers.flatMap(({ missing }) => missing),
    };
  }

  /** What a client watches; undefined for an unknown one. */
  getClientInfo(clientId: string): BridgeClientInfo | undefined {
    const client = this.#clients.get(clientId);
    if (!client) return undefined;
    const channels = this.#delivery.channelsOf(clientId);
    const idsOf = (kind: Channel['kind']): string[] =>
      channels.filter((channel) => channel.kind === kind).map(({ id }) => id);
    const { connectedAt, metadata } = client;
    return {
      clientId,
      executionIds: idsOf('execution'),
      rooms: idsOf('room'),
      metadata,
      connectedAt,
    };
  }

  /** The ids of the clients that are registered. */
  getActiveClients(): string[] {
    return [...this.#clients.keys()];
  }

  /** The ids of the bridge's clients that are subscribed to an execution. */
  getExecutionClients(executionId: string): string[] {
    return this.#delivery.clientsOf(executionChannel(executionId));
  }

  /** How many clients are registered. */
  getClientCount(): number {
    return this.#clients.size;
  }

  /** Who of the bridge's clients is in a room, which need not exist. */
  getRoomInfo(roomId: string): BridgeRoomInfo {
    const clients = this.#delivery.clientsOf(roomChannel(roomId));
    return { roomId, clientCount: clients.length, clients };
  }

  /** Every room that one of the bridge's clients is in. */
  getAllRoomsInfo(): BridgeRoomInfo[] {
    const rooms = new Set(
      this.getActiveClients().flatMap((clientId) => this.getClientInfo(clientId)?.rooms ?? []),
    );
    return [...rooms].map((roomId) => this.getRoomInfo(roomId));
  }

  async onModuleDestroy(): Promise<void> {
    for (const clientId of this.getActiveClients()) this.unregisterClient(clientId);
    await this.#delivery.close();
  }

  #client(clientId: string): BridgeClient {
    const client = this.#clients.get(clientId);
    if (!client)
      throw new StreamingError(
        'INVALID_PAYLOAD',
        `There is no client "${clientId}"; register it first.`,
      );
    return client;
  }

  #setFilter(clientId: string, client: BridgeClient, eventTypes: readonly StreamEventName[]): void {
    client.filter = client.filter.withEventTypes(eventTypes);
    for (const channel of this.#delivery.channelsOf(clientId)) {
      this.#delivery.setFilter(clientId, channel, (filter) => filter.withEventTypes(eventTypes));
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
