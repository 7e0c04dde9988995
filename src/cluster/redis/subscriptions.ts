import { Logger } from '@nestjs/common';
import { describeError } from '../../errors/describe-error.js';
import type { RedisLink } from './connection/redis-link.js';

/** Called with each message of a channel. */
export type MessageListener = (message: string) => void;

/** How many channels one command subscribes to. */
const CHANNELS_AT_ONCE = 200;

/**
 * The Pub/Sub channels that this instance listens to, over a connection that does nothing else. After the
 * connection was lost, they are subscribed again. Messages in between are lost. Then `onResubscribed` is
 * called, so that the log is read instead.
 */
export class Subscriptions {
  readonly #logger = new Logger('RedisBackend');
  readonly #listeners = new Map<string, MessageListener>();
  /** The running operation of a channel, so that subscribing and unsubscribing happen in order. */
  readonly #changes = new Map<string, Promise<void>>();
  #isResubscribing = false;

  constructor(
    private readonly link: RedisLink,
    private readonly onResubscribed: () => void,
  ) {}

  /** Passes a message to its listener. A foreign message must not end the process. */
  readonly dispatch = (channel: string, message: string): void => {
    try {
      this.#listeners.get(channel)?.(message);
    } catch (error) {
      this.#logger.error(`A message on ${channel} cannot be used`, describeError(error));
    }
  };

  /** Whether all published messages are received, as far as is known. */
  get areComplete(): boolean {
    return this.link.isConnected && !this.#isResubscribing;
  }

  /** There is a new connection, without subscriptions yet. */
  readonly resubscribe = async (): Promise<void> => {
    this.#isResubscribing = true;
    try {
      for (const group of this.#groups())
        await this.link.call((connection) => connection.subscribe(group));
      this.onResubscribed();
    } catch {
      // The link was closed, or gave up for now. The next comparison with Redis finds missing entries.
    } finally {
      this.#isResubscribing = false;
    }
  };

  /** Resolves when all messages from now on are received. Each channel has one listener. */
  async listen(channel: string, listener: MessageListener): Promise<void> {
    this.#listeners.set(channel, listener);
    await this.#change(channel, async () => {
      if (this.#listeners.has(channel))
        await this.link.call((connection) => connection.subscribe([channel]));
    });
  }

  async unlisten(channel: string): Promise<void> {
    this.#listeners.delete(channel);
    await this.#change(channel, async () => {
      if (!this.#listeners.has(channel))
        await this.link.call((connection) => connection.unsubscribe(channel));
    }).catch(() => undefined);
  }

  async #change(channel: string, change: () => Promise<void>): Promise<void> {
    const before = this.#changes.get(channel) ?? Promise.resolve();
    const after = before.catch(() => undefined).then(change);
    this.#changes.set(channel, after);
    try {
      await after;
    } finally {
      if (this.#changes.get(channel) === after) this.#changes.delete(channel);
    }
  }

  /** Channels that one command can subscribe to: in a cluster, those of one partition. */
  #groups(): string[][] {
    const groups: string[][] = [];
    const open = new Map<string, string[]>();
    for (const channel of this.#listeners.keys()) {
      const tag = this.link.isCluster ? channel.slice(0, channel.indexOf('}')) : '';
      let group = open.get(tag);
      if (!group || group.length === CHANNELS_AT_ONCE) {
        group = [];
        groups.push(group);
        open.set(tag, group);
      }
      group.push(channel);
    }
    return groups;
  }
}
