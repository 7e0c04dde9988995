import { targetOf } from '../access/principal.js';
import type { AccessAction, AccessRequest } from '../access/stream-access-policy.js';
import type { Delivery, Subscription } from '../delivery/delivery.js';
import { beginsLive } from '../delivery/subscription.js';
import { SubscriptionFilter } from '../delivery/subscription-filter.js';
import { StreamingError } from '../errors/streaming.error.js';
import { soon } from '../log/soon.js';
import type { ChannelInfo, StreamLog } from '../log/stream-log.js';
import type { ResolvedGatewayOptions } from '../options/resolved-options.js';
import { channelKey, executionChannel, type Channel } from '../protocol/channel.js';
import type { ClientSubscriptionConfig, SubscriptionAnswer } from '../protocol/client-events.js';
import { threadNotFound } from '../threads/thread-log.js';
import { executionNotFound } from './execution-waits.js';
import type { GatewayConnection } from './gateway-connection.manager.js';

/** The parts that decisions about access need. */
export interface ChannelAccessContext {
  readonly log: StreamLog;
  readonly options: ResolvedGatewayOptions;
  readonly executions: {
    /** Resolves when an execution that was just started can be followed. */
    opened(executionId: string): Promise<void>;
  };
  /** Whether the access policy allows a request. */
  readonly allows: (request: AccessRequest) => boolean | Promise<boolean>;
  /** Called before a client is subscribed to a channel. It throws to refuse. */
  readonly onSubscribe: (connection: GatewayConnection, channel: Channel) => void | Promise<void>;
  /** One for each transport of the gateway. */
  readonly deliveries: Iterable<Pick<Delivery, 'rooms'>>;
}

/** A channel, its owner, and further facts for the policy. */
export type AccessedChannel = Omit<AccessRequest, 'principal' | 'action'>;

export type SubscriptionSettings = {
  readonly [K in keyof Omit<ClientSubscriptionConfig, 'eventTypes'>]?:
    ClientSubscriptionConfig[K] | undefined;
} & Pick<ConstructorParameters<typeof SubscriptionFilter>[0] & object, 'eventTypes'>;

const REPLAYING = ['subscribe', 'replay'] as const;

/** Decides whether clients may use channels, and subscribes them. */
export class ChannelAccess {
  constructor(private readonly context: ChannelAccessContext) {}

  /**
   * Returns the channel, if the client may do this with it. The answer is the same for a channel that does
   * not exist and for a foreign channel. The policy is asked in both cases, so that the time of the answer
   * does not reveal the difference.
   *
   * @throws StreamingError that there is no such channel; `LOG_UNAVAILABLE`
   */
  async permitted(
    connection: GatewayConnection,
    channel: Channel,
    actions: readonly AccessAction[],
  ): Promise<ChannelInfo> {
    if (channel.kind === 'execution') await soon(this.context.executions.opened(channel.id));
    const info = await soon(this.context.log.describe(channel));
    await this.requireAllowed(connection, info ?? { channel }, actions);
    if (!info) throw notFound(channel);
    return info;
  }

  /** @throws StreamingError that there is no such channel, unless the policy allows all actions */
  async requireAllowed(
    { principal, signal }: GatewayConnection,
    { channel, owner, agent, interrupt }: AccessedChannel,
    actions: readonly AccessAction[],
  ): Promise<void> {
    const facts = {
      principal,
      channel,
      ...(owner && { owner }),
      ...(agent !== undefined && { agent }),
      ...(interrupt && { interrupt }),
    };
    for (const action of actions) {
      const answer = this.context.allows({ ...facts, action });
      if (!(typeof answer === 'boolean' ? answer : await answer)) throw notFound(channel);
    }
    // The session may have ended while the policy decided.
    if (signal.aborted) throw notFound(channel);
  }

  /** Calls the last hook before an allowed client is subscribed. */
  async enter(connection: GatewayConnection, channel: Channel): Promise<void> {
    this.#checkLimit(connection, channel);
    const entering = this.context.onSubscribe(connection, channel);
    if (entering) await entering;
    if (connection.signal.aborted) throw notFound(channel);
  }

  /** Subscribes a client to an execution, and returns the position of the subscription. */
  async follow(
    connection: GatewayConnection,
    executionId: string,
    settings: SubscriptionSettings,
  ): Promise<{ readonly answer: SubscriptionAnswer; readonly afterwards: () => Promise<void> }> {
    await this.context.executions.opened(executionId);
    // A subscription that does not begin with the next update reads earlier updates.
    const actions = beginsLive(settings) ? (['subscribe'] as const) : REPLAYING;
    const channel = executionChannel(executionId);
    const { subscription, filter } = await this.subscribe(connection, channel, settings, actions);
    const { cursor, recovered, head, state = 'running' } = subscription;
    const answer = { executionId, state, head, cursor, recovered };
    return {
      answer: filter.eventTypes ? { ...answer, eventTypes: filter.eventTypes } : answer,
      afterwards: () => subscription.begin(),
    };
  }

  /** @param actions - the actions that the policy must allow; for a room they were asked before */
  async subscribe(
    connection: GatewayConnection,
    channel: Channel,
    config: SubscriptionSettings,
    actions?: readonly AccessAction[],
  ): Promise<{ subscription: Subscription; filter: SubscriptionFilter }> {
    const { id, principal, delivery, signal } = connection;
    const filter = SubscriptionFilter.of(config);
    // Many clients may have entered at the same time. The delivery counts the room before anything else happens.
    if (channel.kind === 'room') this.#requireRoom(channel);
    const subscription = await delivery.subscribe(
      { clientId: id, principalId: targetOf(principal) },
      channel,
      filter,
      config,
      actions &&
        (async (info) => {
          await this.requireAllowed(connection, info, actions);
          await this.enter(connection, channel);
        }),
    );
    if (!subscription) {
      // The policy is also asked about channels that do not exist, for the same reason as in `permitted`.
      if (actions) await this.requireAllowed(connection, { channel }, actions);
      throw notFound(channel);
    }
    if (signal.aborted) delivery.removeClient(id);
    return { subscription, filter };
  }

  /** @throws StreamingError `LIMIT_EXCEEDED` if the room would be one more than the gateway may have */
  #requireRoom(channel: Channel): void {
    const rooms = [...this.context.deliveries].map((delivery) => delivery.rooms);
    const key = channelKey(channel);
    if (rooms.some((known) => known.has(key))) return;
    const { maxRooms } = this.context.options;
    const atMost = rooms.reduce((sum, { size }) => sum + size, 0);
    // Clients of several transports can be in the same room.
    if (atMost < maxRooms || new Set(rooms.flatMap((known) => [...known])).size < maxRooms) return;
    throw new StreamingError(
      'LIMIT_EXCEEDED',
      'The gateway has reached its limit of rooms. Try again later, or raise gateway.maxRooms.',
    );
  }

  #checkLimit({ id, delivery }: GatewayConnection, channel: Channel): void {
    const { kind, id: channelId } = channel;
    const held = idsOf(delivery.channelsOf(id), kind);
    const { maxRoomsPerClient, maxSubscriptionsPerClient } = this.context.options;
    if (kind === 'room') this.#requireRoom(channel);
    if (
      held.includes(channelId) ||
      held.length < (kind === 'room' ? maxRoomsPerClient : maxSubscriptionsPerClient)
    )
      return;
    throw new StreamingError(
      'LIMIT_EXCEEDED',
      `This connection has reached its limit of ${kind === 'room' ? 'rooms' : 'subscriptions'}; leave some first.`,
    );
  }
}

/** The ids of the channels of one kind. */
export function idsOf(channels: readonly Channel[], kind: Channel['kind']): string[] {
  return channels.filter((channel) => channel.kind === kind).map(({ id }) => id);
}

/** The answer is the same for a channel that does not exist and for a foreign channel. */
function notFound({ kind }: Channel): StreamingError {
  if (kind === 'room') return roomNotFound();
  return kind === 'thread' ? threadNotFound() : executionNotFound();
}

export const roomNotFound = (): StreamingError =>
  new StreamingError('ROOM_NOT_FOUND', 'There is no such room, or you may not join it.');
