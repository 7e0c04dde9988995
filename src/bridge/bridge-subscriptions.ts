import type { StreamLog } from '../log/stream-log.js';
import { channelKey, type Channel } from '../protocol/channel.js';
import type { Delivery } from '../delivery/delivery.js';
import type { SubscriptionFilter } from '../delivery/subscription-filter.js';

/** What the subscriptions of the bridge need to know of its clients. */
export interface BridgeClients {
  /** What a client wants to get now; undefined when it is gone. */
  filterOf(clientId: string): SubscriptionFilter | undefined;
  /** A client cannot be served any more. */
  onFailure(clientId: string, error: unknown): void;
}

/** A client on its way into a channel. */
interface Join {
  readonly clientId: string;
  readonly channel: Channel;
}

/**
 * Subscribes the clients of the bridge to channels. Who asks is not kept waiting, so a client can be
 * on its way into a channel, or wait for an execution that has not begun, when it is asked to leave it
 * again: what was asked last holds. What is done for one client is done one after the other.
 */
export class BridgeSubscriptions {
  /** Who is on the way, by client and channel. */
  readonly #joins = new Map<string, Map<string, Join>>();
  /** Who waits for an execution that has not begun, by execution. */
  readonly #early = new Map<string, Set<Join>>();
  /** What is being done for a client. */
  readonly #turns = new Map<string, Promise<void>>();

  constructor(
    private readonly log: StreamLog,
    private readonly delivery: Delivery,
    private readonly clients: BridgeClients,
  ) {}

  /** Does nothing when the client is in the channel, or on its way. */
  join(clientId: string, channel: Channel): void {
    const key = channelKey(channel);
    if (this.#channelsOf(clientId).some((joined) => channelKey(joined) === key)) return;
    const join = { clientId, channel };
    const joins = this.#joins.get(clientId) ?? new Map<string, Join>();
    this.#joins.set(clientId, joins.set(key, join));
    this.#inTurn(join);
  }

  leave(clientId: string, channel: Channel): void {
    const joins = this.#joins.get(clientId);
    const join = joins?.get(channelKey(channel));
    if (join) this.#forget(join);
    this.delivery.unsubscribe(clientId, channel);
  }

  /** Leaves every channel that `keeps` does not say to keep. */
  leaveAll(clientId: string, keeps: (channel: Channel) => boolean = () => false): void {
    for (const channel of this.#channelsOf(clientId))
      if (!keeps(channel)) this.leave(clientId, channel);
  }

  /** Subscribes those that waited for an execution to begin. */
  executionOpened(executionId: string): void {
    const waiting = this.#early.get(executionId);
    this.#early.delete(executionId);
    for (const join of waiting ?? []) this.#inTurn(join);
  }

  /** What a client is in, or on its way into. */
  #channelsOf(clientId: string): Channel[] {
    const joins = [...(this.#joins.get(clientId)?.values() ?? [])];
    return [...this.delivery.channelsOf(clientId), ...joins.map(({ channel }) => channel)];
  }

  #inTurn(join: Join): void {
    const turn = this.#subscribeAfter(this.#turns.get(join.clientId), join);
    this.#turns.set(join.clientId, turn);
    const over = (): void => {
      if (this.#turns.get(join.clientId) === turn) this.#turns.delete(join.clientId);
    };
    void turn.then(over);
  }

  async #subscribeAfter(before: Promise<void> | undefined, join: Join): Promise<void> {
    await before;
    try {
      if (this.#isWanted(join)) await this.#subscribe(join);
    } catch (error) {
      if (this.#isWanted(join)) this.clients.onFailure(join.clientId, error);
    }
  }

  async #subscribe(join: Join): Promise<void> {
    const { clientId, channel } = join;
    const filter = this.clients.filterOf(clientId);
    if (!filter) return;
    const isRoom = channel.kind === 'room';
    const start = { from: isRoom ? 'live' : 'start' } as const;
    const subscription = await this.delivery.subscribe({ clientId }, channel, filter, start);
    if (!this.#isWanted(join)) {
      this.delivery.unsubscribe(clientId, channel);
      return;
    }
    if (!subscription) {
      await this.#wait(join);
      return;
    }
    this.#forget(join);
    // The client may have changed its filter in the meantime.
    this.delivery.setFilter(clientId, channel, () => this.clients.filterOf(clientId) ?? filter);
    // Not awaited, since what is asked for next need not wait until the client has caught up.
    const failed = (error: unknown): void => this.clients.onFailure(clientId, error);
    void subscription.begin().catch(failed);
  }

  async #wait(join: Join): Promise<void> {
    const { channel } = join;
    const waiting = this.#early.get(channel.id) ?? new Set<Join>();
    this.#early.set(channel.id, waiting.add(join));
    // It may have begun while nobody waited for it yet.
    if (await this.log.describe(channel)) this.executionOpened(channel.id);
  }

  /** Whether nobody asked the client to leave in the meantime, or to join anew. */
  #isWanted(join: Join): boolean {
    return this.#joins.get(join.clientId)?.get(channelKey(join.channel)) === join;
  }

  /** It has arrived, or turned back. */
  #forget(join: Join): void {
    const { clientId, channel } = join;
    const joins = this.#joins.get(clientId);
    joins?.delete(channelKey(channel));
    if (joins?.size === 0) this.#joins.delete(clientId);
    const waiting = this.#early.get(channel.id);
    waiting?.delete(join);
    if (waiting?.size === 0) this.#early.delete(channel.id);
  }
}
