import { targetOf } from '../access/principal.js';
import type { AccessAction, AccessRequest } from '../access/stream-access-policy.js';
import type { Subscription } from '../delivery/delivery.js';
import { beginsLive } from '../delivery/subscription.js';
import { SubscriptionFilter } from '../delivery/subscription-filter.js';
import { StreamingError } from '../errors/streaming.error.js';
import type { ChannelInfo, StreamLog } from '../log/stream-log.js';
import type { ResolvedGatewayOptions } from '../options/resolved-options.js';
import { executionChannel, roomChannel, type Channel } from '../protocol/channel.js';
import type {
  AckCallback,
  ClientEventName,
  ClientSubscriptionConfig,
  ClientToServerEvents,
  ExecutionStatus,
} from '../protocol/client-events.js';
import type { ExecutionStatuses } from './execution-status.js';
import { executionNotFound, isNotFound, type ExecutionWaits } from './execution-waits.js';
import type { GatewayConnection } from './gateway-connection.manager.js';
import type { MessagePayload } from './message-schemas.js';

/** The answer of a client event. */
export type AnswerOf<E extends ClientEventName> =
  NonNullable<Parameters<ClientToServerEvents[E]>[1]> extends AckCallback<infer T> ? T : never;

/** An answer, and what happens once the client has it. */
export interface Handled<T> {
  readonly answer: T;
  readonly afterwards?: () => Promise<void>;
}

/** An answer that comes later. The client's next messages do not wait for it. */
export interface HandledLater<T> {
  /** Calls `answer` in the order of the client's messages. @throws to answer with an error */
  readonly later: (answer: (handled: Handled<T>) => void) => Promise<void>;
}

type Handlers = {
  [E in ClientEventName]: (
    connection: GatewayConnection,
    payload: MessagePayload<E>,
  ) => Promise<Handled<AnswerOf<E>> | HandledLater<AnswerOf<E>>>;
};

/** What the handlers ask of executions. */
export interface ExecutionControl {
  /** Resolves when an execution that was just started can be followed. */
  opened(executionId: string): Promise<void>;
  /** Calls `listener` with the id of each execution that is opened here. */
  onOpened(listener: (executionId: string) => void): void;
  cancel(executionId: string, reason?: string): Promise<void>;
  respond(
    executionId: string,
    response: { readonly interruptId?: string | undefined; readonly value: unknown },
  ): Promise<void>;
}

/** What the handlers work with. */
export interface HandlerContext {
  readonly log: StreamLog;
  readonly executions: ExecutionControl;
  readonly options: ResolvedGatewayOptions;
  readonly waits: ExecutionWaits;
  readonly statuses: ExecutionStatuses;
  /** Whether the access policy allows a request. */
  readonly allows: (request: AccessRequest) => Promise<boolean>;
  /** Renews the credential of a connection. */
  readonly renew: (
    connection: GatewayConnection,
    payload: MessagePayload<'authentication'>,
  ) => Promise<AnswerOf<'authentication'>>;
  /** Told before a client is subscribed to a channel; it throws to refuse. */
  readonly onSubscribe: (connection: GatewayConnection, channel: Channel) => void | Promise<void>;
}

/** What the gateway does for each client event. A handler throws to answer with an error. */
export class MessageHandlers implements Handlers {
  constructor(private readonly context: HandlerContext) {}

  async subscribe_execution(
    connection: GatewayConnection,
    payload: MessagePayload<'subscribe_execution'>,
  ): Promise<
    Handled<AnswerOf<'subscribe_execution'>> | HandledLater<AnswerOf<'subscribe_execution'>>
  > {
    const { executionId, waitForMs = 0 } = payload;
    connection.stopWaiting(executionId);
    if (waitForMs === 0) return this.#follow(connection, payload);
    const { waits, options } = this.context;
    const boundMs = Math.min(waitForMs, options.maxWaitForMs);
    // Before the attempt, so that an execution which opens meanwhile is noticed.
    const epoch = await waits.epochOf(executionId);
    try {
      return await this.#follow(connection, payload);
    } catch (error) {
      if (!isNotFound(error)) throw error;
      return {
        later: (answer) =>
          waits.wait(connection, executionId, boundMs, epoch, () =>
            connection.inOrder(async () => answer(await this.#follow(connection, payload))),
          ),
      };
    }
  }

  async #follow(
    connection: GatewayConnection,
    payload: MessagePayload<'subscribe_execution'>,
  ): Promise<Handled<AnswerOf<'subscribe_execution'>>> {
    const { executionId, options } = payload;
    const channel = executionChannel(executionId);
    const eventTypes = payload.eventTypes ?? options?.eventTypes ?? connection.defaultEventTypes;
    const actions = ['subscribe', ...replayOf(options)] as const;
    await this.context.executions.opened(executionId);
    const config = { ...options, eventTypes };
    const { subscription, filter } = await this.#subscribe(connection, channel, config, actions);
    const { cursor, recovered, head, state = 'running' } = subscription;
    const answer = { executionId, state, head, cursor, recovered };
    return {
      answer: filter.eventTypes ? { ...answer, eventTypes: filter.eventTypes } : answer,
      afterwards: () => subscription.begin(),
    };
  }

  async unsubscribe_execution(
    connection: GatewayConnection,
    { executionId }: MessagePayload<'unsubscribe_execution'>,
  ): Promise<Handled<AnswerOf<'unsubscribe_execution'>>> {
    connection.stopWaiting(executionId);
    connection.delivery.unsubscribe(connection.id, executionChannel(executionId));
    return { answer: { executionId } };
  }

  async subscribe_events(
    connection: GatewayConnection,
    { eventTypes, scope }: MessagePayload<'subscribe_events'>,
  ): Promise<Handled<AnswerOf<'subscribe_events'>>> {
    const { delivery } = connection;
    const scoped = [
      ...(scope?.executionId === undefined ? [] : [executionChannel(scope.executionId)]),
      ...(scope?.roomId === undefined ? [] : [roomChannel(scope.roomId)]),
    ];
    if (scoped.length === 0) connection.defaultEventTypes = eventTypes;
    for (const channel of scoped.length > 0 ? scoped : delivery.channelsOf(connection.id)) {
      delivery.setFilter(connection.id, channel, (filter) => filter.withEventTypes(eventTypes));
    }
    return { answer: { eventTypes } };
  }

  async join_room(
    connection: GatewayConnection,
    { roomId, options }: MessagePayload<'join_room'>,
  ): Promise<Handled<AnswerOf<'join_room'>>> {
    const channel = roomChannel(roomId);
    const { principal } = connection;
    const eventTypes = options?.eventTypes ?? connection.defaultEventTypes;
    const config = { ...options, from: options?.from ?? 'live', eventTypes };
    for (const action of ['join', ...replayOf(config)] as const)
      if (!(await this.context.allows({ principal, action, channel }))) throw roomNotFound();
    await this.#enter(connection, channel);
    const { subscription } = await this.#subscribe(connection, channel, config);
    const { cursor, recovered } = subscription;
    return { answer: { roomId, cursor, recovered }, afterwards: () => subscription.begin() };
  }

  async leave_room(
    connection: GatewayConnection,
    { roomId }: MessagePayload<'leave_room'>,
  ): Promise<Handled<AnswerOf<'leave_room'>>> {
    connection.delivery.unsubscribe(connection.id, roomChannel(roomId));
    return { answer: { roomId } };
  }

  async authentication(
    connection: GatewayConnection,
    payload: MessagePayload<'authentication'>,
  ): Promise<Handled<AnswerOf<'authentication'>>> {
    return { answer: await this.context.renew(connection, payload) };
  }

  async ping(): Promise<Handled<AnswerOf<'ping'>>> {
    return { answer: { timestamp: Date.now() } };
  }

  async get_status(
    connection: GatewayConnection,
    payload: MessagePayload<'get_status'>,
  ): Promise<Handled<AnswerOf<'get_status'>>> {
    const channels = connection.delivery.channelsOf(connection.id);
    const now = Date.now();
    const execution =
      payload?.executionId === undefined
        ? {}
        : { execution: await this.#status(connection, payload.executionId) };
    return {
      answer: {
        connectionId: connection.id,
        status: 'connected',
        serverTime: now,
        uptime: now - connection.connectedAt,
        subscriptions: idsOf(channels, 'execution'),
        rooms: idsOf(channels, 'room'),
        ...execution,
      },
    };
  }

  async cancel_execution(
    connection: GatewayConnection,
    { executionId, reason }: MessagePayload<'cancel_execution'>,
  ): Promise<Handled<AnswerOf<'cancel_execution'>>> {
    await this.#permitted(connection, executionChannel(executionId), ['cancel']);
    await this.context.executions.cancel(executionId, reason);
    return { answer: { executionId } };
  }

  async respond_interrupt(
    connection: GatewayConnection,
    { executionId, interruptId, value }: MessagePayload<'respond_interrupt'>,
  ): Promise<Handled<AnswerOf<'respond_interrupt'>>> {
    await this.#permitted(connection, executionChannel(executionId), ['respond']);
    await this.context.executions.respond(executionId, { interruptId, value });
    return { answer: { executionId } };
  }

  /**
   * An execution that does not exist and one that is not yours answer the same, after the same
   * questions: a slow policy must not tell one from the other by the time it takes.
   */
  async #permitted(
    connection: GatewayConnection,
    channel: Channel,
    actions: readonly AccessAction[],
  ): Promise<ChannelInfo> {
    await this.context.executions.opened(channel.id);
    const info = await this.context.log.describe(channel);
    await this.#requireAllowed(connection, info ?? { channel }, actions);
    if (!info) throw executionNotFound();
    return info;
  }

  async #requireAllowed(
    { principal, signal }: GatewayConnection,
    { channel, owner }: Pick<ChannelInfo, 'channel' | 'owner'>,
    actions: readonly AccessAction[],
  ): Promise<void> {
    for (const action of actions) {
      const request = owner
        ? { principal, action, channel, owner }
        : { principal, action, channel };
      if (!(await this.context.allows(request))) throw executionNotFound();
    }
    // The session can have ended while the policy decided.
    if (signal.aborted) throw executionNotFound();
  }

  /** The last that is asked before a client, who may, comes into a channel. */
  async #enter(connection: GatewayConnection, channel: Channel): Promise<void> {
    this.#checkLimit(connection, channel);
    await this.context.onSubscribe(connection, channel);
    if (connection.signal.aborted) throw notFound(channel);
  }

  /** @param actions - what the policy must allow of an execution; that of a room was asked before */
  async #subscribe(
    connection: GatewayConnection,
    channel: Channel,
    config: SubscriptionSettings,
    actions?: readonly AccessAction[],
  ): Promise<{ subscription: Subscription; filter: SubscriptionFilter }> {
    const { id, principal, delivery, signal } = connection;
    const filter = new SubscriptionFilter(config);
    const subscription = await delivery.subscribe(
      { clientId: id, principalId: targetOf(principal) },
      channel,
      filter,
      config,
      actions &&
        (async (info) => {
          await this.#requireAllowed(connection, info, actions);
          await this.#enter(connection, channel);
        }),
    );
    if (!subscription) {
      // Asked of what does not exist too, for the reason that `#permitted` gives.
      if (actions) await this.#requireAllowed(connection, { channel }, actions);
      throw notFound(channel);
    }
    if (signal.aborted) delivery.removeClient(id);
    return { subscription, filter };
  }

  #checkLimit({ id, delivery }: GatewayConnection, channel: Channel): void {
    const { kind, id: channelId } = channel;
    const held = idsOf(delivery.channelsOf(id), kind);
    const { maxRooms, maxRoomsPerClient, maxSubscriptionsPerClient } = this.context.options;
    const isNew = kind === 'room' && delivery.clientsOf(channel).length === 0;
    if (isNew && delivery.roomCount >= maxRooms)
      throw new StreamingError('LIMIT_EXCEEDED', 'The gateway has as many rooms as it may.');
    if (
      held.includes(channelId) ||
      held.length < (kind === 'room' ? maxRoomsPerClient : maxSubscriptionsPerClient)
    )
      return;
    throw new StreamingError(
      'LIMIT_EXCEEDED',
      `This connection may hold no more ${kind === 'room' ? 'rooms' : 'subscriptions'}; leave some first.`,
    );
  }

  async #status(connection: GatewayConnection, executionId: string): Promise<ExecutionStatus> {
    const info = await this.#permitted(connection, executionChannel(executionId), ['subscribe']);
    const { id: clientId, principal } = connection;
    return this.context.statuses.of(info, { clientId, principalId: targetOf(principal) });
  }
}

type SubscriptionSettings = {
  readonly [K in keyof Omit<ClientSubscriptionConfig, 'eventTypes'>]?:
    ClientSubscriptionConfig[K] | undefined;
} & Pick<ConstructorParameters<typeof SubscriptionFilter>[0] & object, 'eventTypes'>;

/** Whoever begins anywhere but at what comes next reads what was. */
function replayOf(start: SubscriptionSettings = {}): readonly 'replay'[] {
  return beginsLive(start) ? [] : ['replay'];
}

function idsOf(channels: readonly Channel[], kind: Channel['kind']): string[] {
  return channels.filter((channel) => channel.kind === kind).map(({ id }) => id);
}

const notFound = ({ kind }: Channel): StreamingError =>
  kind === 'room' ? roomNotFound() : executionNotFound();

const roomNotFound = (): StreamingError =>
  new StreamingError('ROOM_NOT_FOUND', 'There is no such room, or it is not open to you.');
