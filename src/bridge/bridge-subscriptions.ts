import type { StreamLog } from '../log/stream-log.js';
import { channelKey, executionChannel, type Channel } from '../protocol/channel.js';
import type { BridgeClient } from './bridge-client.js';

/** How often the log is asked for executions that another instance may have begun, in milliseconds. */
const LOOK_INTERVAL_MS = 500;

/** A client that is joining a channel. */
interface Join {
  readonly clientId: string;
  readonly channel: Channel;
  /** Whether the caller has decided that the client may see the channel. */
  readonly isTrusted: boolean;
}

/**
 * Subscribes clients to channels at the request of the server. Calls return immediately. So a request to
 * leave may come while the client is still joining, or waits for an execution that has not begun. Then the
 * last request counts. Requests for one client run one after the other.
 */
export class BridgeSubscriptions {
  /** Clients that are joining, by client and channel. */
  readonly #joins = new Map<string, Map<string, Join>>();
  /** Clients that wait for an execution that has not begun, by execution. */
  readonly #early = new Map<string, Set<Join>>();
  #looking: NodeJS.Timeout | undefined;
  /** The running requests for a client. */
  readonly #turns = new Map<string, Promise<void>>();

  /** @param clientOf - undefined when the client is gone */
  constructor(
    private readonly log: StreamLog,
    private readonly clientOf: (clientId: string) => BridgeClient | undefined,
  ) {}

  /**
   * Does nothing if the client is in the channel, or is joining it.
   *
   * @param isTrusted - whether the caller has decided that the client may see it
   */
  join(clientId: string, channel: Channel, isTrusted: boolean): void {
    const key = channelKey(channel);
    const coming = this.#joins.get(clientId)?.get(key);
    if (!coming && this.#channelsOf(clientId).some((joined) => channelKey(joined) === key)) return;
    if (coming) {
      if (coming.isTrusted || !isTrusted) return;
      this.#forget(coming);
    }
    const join = { clientId, channel, isTrusted };
    const joins = this.#joins.get(clientId) ?? new Map<string, Join>();
    this.#joins.set(clientId, joins.set(key, join));
    this.#inTurn(join);
  }

  leave(clientId: string, channel: Channel): void {
    const joins = this.#joins.get(clientId);
    const join = joins?.get(channelKey(channel));
    if (join) this.#forget(join);
    this.clientOf(clientId)?.delivery.unsubscribe(clientId, channel);
  }

  /** Leaves every channel for which `keeps` returns false. */
  leaveAll(clientId: string, keeps: (channel: Channel) => boolean = () => false): void {
    for (const channel of this.#channelsOf(clientId))
      if (!keeps(channel)) this.leave(clientId, channel);
  }

  /** Subscribes the clients that waited for an execution. */
  executionOpened(executionId: string): void {
    const waiting = this.#early.get(executionId);
    this.#early.delete(executionId);
    for (const join of waiting ?? []) this.#inTurn(join);
  }

  /** The channels that a client is in, or is joining. */
  #channelsOf(clientId: string): Channel[] {
    const joins = [...(this.#joins.get(clientId)?.values() ?? [])];
    const subscribed = this.clientOf(clientId)?.delivery.channelsOf(clientId) ?? [];
    return [...subscribed, ...joins.map(({ channel }) => channel)];
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
      if (this.#isWanted(join)) this.#fail(join, error);
    }
  }

  async #subscribe(join: Join): Promise<void> {
    const { clientId, channel, isTrusted } = join;
    const client = this.clientOf(clientId);
    if (!client) return;
    const { delivery, filter, identity } = client;
    const isRoom = channel.kind === 'room';
    // Subscribing to a room would create the room.
    if (isRoom) await client.admit?.({ channel }, isTrusted);
    const start = { from: isRoom ? 'live' : 'start' } as const;
    const subscription = await delivery.subscribe(identity, channel, filter, start, (info) =>
      isRoom ? undefined : client.admit?.(info, isTrusted),
    );
    if (!this.#isWanted(join)) {
      delivery.unsubscribe(clientId, channel);
      return;
    }
    if (!subscription) {
      await this.#wait(join);
      return;
    }
    this.#forget(join);
    // The client may have changed its filter in the meantime.
    delivery.setFilter(clientId, channel, () => client.filter);
    client.subscribed(channel, subscription);
    // Not awaited, so that the next request need not wait until the client has caught up.
    void subscription.begin().catch((error: unknown) => client.fail(channel, error));
  }

  #fail(join: Join, error: unknown): void {
    this.#forget(join);
    this.clientOf(join.clientId)?.fail(join.channel, error);
  }

  async #wait(join: Join): Promise<void> {
    const { channel } = join;
    const waiting = this.#early.get(channel.id) ?? new Set<Join>();
    this.#early.set(channel.id, waiting.add(join));
    // The execution may have begun before the client waited for it.
    if (await this.log.describe(channel)) this.executionOpened(channel.id);
    this.#lookLater();
  }

  /** There is no event for executions that other instances begin, so the log is asked. */
  #lookLater(): void {
    if (this.#looking || this.#early.size === 0) return;
    this.#looking = setTimeout(() => {
      this.#looking = undefined;
      void this.#look().finally(() => this.#lookLater());
    }, LOOK_INTERVAL_MS).unref();
  }

  async #look(): Promise<void> {
    for (const executionId of [...this.#early.keys()]) {
      const info = await this.log.describe(executionChannel(executionId)).catch(() => undefined);
      if (info) this.executionOpened(executionId);
    }
  }

  /** Whether the request still counts: no later request has come. */
  #isWanted(join: Join): boolean {
    return this.#joins.get(join.clientId)?.get(channelKey(join.channel)) === join;
  }

  /** The client has joined, or joining has ended without success. */
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
