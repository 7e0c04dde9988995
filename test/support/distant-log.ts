import type { Channel, Cursor } from '../../src/index.js';
import type {
  ChannelAttributes,
  ChannelInfo,
  LogEntry,
  LogRead,
  StreamLog,
  Unfollow,
  UpdateDraft,
} from '../../src/index.js';

/** How far away a {@link DistantLog} is: how many turns of the event loop a call or a notice takes. */
export type Distance = () => number;

/**
 * A log as another process would serve it: every call takes a while, and followers learn of entries
 * later than those who read, though still in order. What works with it assumes nothing in-process.
 */
export class DistantLog implements StreamLog {
  constructor(
    private readonly log: StreamLog,
    private readonly distance: Distance,
  ) {}

  async open(
    channel: Channel,
    attributes?: ChannelAttributes,
  ): Promise<ChannelInfo & { readonly created: boolean }> {
    await this.#travel();
    return this.log.open(channel, attributes);
  }

  async append(
    channel: Channel,
    drafts: readonly UpdateDraft[],
    attributes?: ChannelAttributes,
  ): Promise<readonly LogEntry[]> {
    await this.#travel();
    const entries = await this.log.append(channel, drafts, attributes);
    await this.#travel();
    return entries;
  }

  async read(channel: Channel, after?: Cursor, limit?: number): Promise<LogRead | undefined> {
    await this.#travel();
    const read = await this.log.read(channel, after, limit);
    await this.#travel();
    return read;
  }

  async follow(
    channel: Channel,
    listener: (entries: readonly LogEntry[]) => void,
  ): Promise<Unfollow | undefined> {
    await this.#travel();
    let notices = Promise.resolve();
    const unfollow = await this.log.follow(channel, (entries) => {
      notices = notices.then(async () => this.#travel()).then(() => listener(entries));
    });
    await this.#travel();
    return unfollow;
  }

  async describe(channel: Channel): Promise<ChannelInfo | undefined> {
    await this.#travel();
    const info = await this.log.describe(channel);
    await this.#travel();
    return info;
  }

  async end(channel: Channel): Promise<void> {
    await this.#travel();
    await this.log.end(channel);
  }

  async delete(channel: Channel): Promise<void> {
    await this.#travel();
    await this.log.delete(channel);
  }

  async close(): Promise<void> {
    await this.log.close();
  }

  async #travel(): Promise<void> {
    for (let turns = this.distance(); turns > 0; turns -= 1)
      await new Promise((resolve) => setImmediate(resolve));
  }
}
