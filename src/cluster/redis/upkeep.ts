import { deferred, type Deferred } from '../../common/deferred.js';
import { within } from '../../common/within.js';
import type { RedisLink } from './connection/redis-link.js';
import { groupsOf, scriptKeys, type ChannelKeys } from './redis-keys.js';
import type { RedisStreamLog } from './redis-stream-log.js';
import { KEEP_CHANNELS } from './scripts/channel-scripts.js';
import type { Subscriptions } from './subscriptions.js';

/** How many channels one call keeps. */
const CHANNELS_AT_ONCE = 200;

const PROBE_INTERVAL_MS = 1_000;
const PROBE_TIMEOUT_MS = 1_500;

/** The parts that upkeep needs. */
export interface UpkeepContext {
  readonly commands: RedisLink;
  readonly subscriber: RedisLink;
  readonly subscriptions: Subscriptions;
  readonly log: RedisStreamLog;
  readonly verifyIntervalMs: number;
  /** A Pub/Sub channel that only this instance listens to. */
  readonly probeChannel: string;
}

/** The regular tasks of an instance that uses Redis. */
export class Upkeep {
  readonly #timers: NodeJS.Timeout[] = [];
  #heard: Deferred<void> | undefined;

  constructor(private readonly context: UpkeepContext) {}

  async start(): Promise<void> {
    const { log, subscriptions, verifyIntervalMs, probeChannel } = this.context;
    await subscriptions.listen(probeChannel, () => this.#heard?.resolve());
    this.#every(verifyIntervalMs, () => log.following.verify());
    this.#every(PROBE_INTERVAL_MS, () => this.#probe());
    this.#every(log.ttlMs.room / 3, () =>
      this.#keep(
        log.following.all.filter(({ channel: { kind } }) => kind === 'room'),
        log.ttlMs.room,
      ),
    );
    this.#every(log.ttlMs.execution / 3, () => this.#keep(log.outbox.owned, log.ttlMs.execution));
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  /** Keeps channels from expiring that have no new entries but are still needed. */
  async #keep(channels: readonly { readonly keys: ChannelKeys }[], ttlMs: number): Promise<void> {
    for (const group of groupsOf(channels, CHANNELS_AT_ONCE)) {
      const keys = group.flatMap(({ keys }) => scriptKeys(keys));
      await this.context.commands.call((connection) =>
        KEEP_CHANNELS.run(connection, keys, [ttlMs]),
      );
    }
  }

  /**
   * Checks that the subscriber receives messages. A connection can be dead without notice, or can belong to a
   * server that no instance publishes to any more.
   */
  async #probe(): Promise<void> {
    const { commands, subscriber, subscriptions, probeChannel } = this.context;
    if (!subscriptions.areComplete) return;
    this.#heard = deferred();
    await commands.call((connection) => connection.publish(probeChannel, ''));
    const isHeard = await within(this.#heard.promise, PROBE_TIMEOUT_MS);
    if (!isHeard && subscriptions.areComplete)
      subscriber.drop('It does not hear what is published.');
  }

  #every(intervalMs: number, task: () => Promise<void>): void {
    let isRunning = false;
    const run = async (): Promise<void> => {
      if (isRunning) return;
      isRunning = true;
      try {
        await task();
      } catch {
        // Redis is unavailable; the next time it may answer.
      } finally {
        isRunning = false;
      }
    };
    this.#timers.push(setInterval(() => void run(), longestTimer(intervalMs)).unref());
  }
}

/** A Node timer with a longer delay fires immediately. */
function longestTimer(ms: number): number {
  return Math.min(Math.max(1, ms), 2 ** 31 - 1);
}
