import { Logger } from '@nestjs/common';
import type { AccessAction, AccessRequest } from '../access/stream-access-policy.js';
import { LineLimiter } from '../common/line-limiter.js';
import { printable } from '../common/printable.js';
import { StreamingError } from '../errors/streaming.error.js';
import { soon } from '../log/soon.js';
import type { ChannelInfo, StreamLog } from '../log/stream-log.js';
import { channelKey, type Channel } from '../protocol/channel.js';
import type { StreamUpdate } from '../protocol/stream-update.js';
import { targetOfUpdate } from './entry-preparation.js';
import { executionNotFound } from './execution-waits.js';
import type { GatewayConnection } from './gateway-connection.manager.js';

/** A channel that a client would see, and its owner. */
export type SeenChannel = Pick<ChannelInfo, 'channel' | 'owner'>;

/** The parts that access decisions need. */
export interface BridgeAccessContext {
  readonly log: StreamLog;
  /** Whether the access policy allows a request. */
  readonly allows: (request: AccessRequest) => boolean | Promise<boolean>;
  /** Called before a client is subscribed to a channel. It throws to refuse. */
  readonly onSubscribe: (connection: GatewayConnection, channel: Channel) => void | Promise<void>;
}

/** The bridge subscribes to an execution from its start, and to a room from now on. */
const ACTIONS: Readonly<Record<Channel['kind'], readonly AccessAction[]>> = {
  execution: ['subscribe', 'replay'],
  room: ['join'],
  thread: ['read-thread'],
};

/**
 * Decides what a client may see through the bridge: the same as the client may see itself, unless the call is
 * trusted.
 */
export class BridgeAccess {
  readonly #logger = new Logger('StreamingGateway');
  readonly #lines = new LineLimiter();

  constructor(private readonly context: BridgeAccessContext) {}

  /**
   * Asks before a client is subscribed to a channel.
   *
   * @param isTrusted - whether the caller has decided instead of the policy
   * @throws StreamingError the codes of a request of the client, and the errors of the hook
   */
  async admit(connection: GatewayConnection, seen: SeenChannel, isTrusted: boolean): Promise<void> {
    const { channel } = seen;
    if (!isTrusted && !(await this.#allows(connection, seen, ACTIONS[channel.kind]))) {
      this.#tellRefused(connection, channel);
      throw channel.kind === 'room' ? roomNotFound() : executionNotFound();
    }
    await this.context.onSubscribe(connection, channel);
  }

  /** Whether an update may be sent to a client. An update without a channel is always allowed. */
  async mayGet(connection: GatewayConnection, update: StreamUpdate): Promise<boolean> {
    const target = targetOfUpdate(update);
    if (!target) return true;
    const key = channelKey(target);
    // The policy was asked when the client subscribed to the channel.
    const { id, delivery } = connection;
    if (delivery.channelsOf(id).some((channel) => channelKey(channel) === key)) return true;
    const isRoom = target.kind === 'room';
    const info = isRoom ? undefined : await soon(this.context.log.describe(target));
    const actions = isRoom ? (['join'] as const) : (['subscribe'] as const);
    if (await this.#allows(connection, info ?? { channel: target }, actions)) return true;
    this.#tellRefused(connection, target);
    return false;
  }

  async #allows(
    { principal }: GatewayConnection,
    { channel, owner }: SeenChannel,
    actions: readonly AccessAction[],
  ): Promise<boolean> {
    for (const action of actions) {
      const request = { principal, action, channel, ...(owner && { owner }) };
      if (!(await this.context.allows(request))) return false;
    }
    return true;
  }

  /** The caller gets no error, because calls of the bridge return immediately. */
  #tellRefused({ id }: GatewayConnection, { kind, id: channelId }: Channel): void {
    const suppressed = this.#lines.take(kind);
    if (suppressed === undefined) return;
    const name = `${kind} "${printable(channelId, MAX_SHOWN)}"`;
    this.#logger.warn(
      `The access policy does not let client ${id} see ${name}, so WebSocketBridgeService does not show it. If your code has already allowed it, pass { trusted: true }.`,
    );
  }
}

/** How much of an id the log shows, in characters. */
const MAX_SHOWN = 100;

const roomNotFound = (): StreamingError =>
  new StreamingError('ROOM_NOT_FOUND', 'There is no such room, or you may not join it.');
