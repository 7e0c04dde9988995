import { WIDE_BOUNDS } from './wide-bounds.js';
import {
  MemoryStreamLog,
  type ChannelInfo,
  type FollowChannelOptions,
  type FollowedChannel,
  type LogListener,
  type LogRead,
} from '../../src/entries/log.js';
import { type Channel } from '../../src/client/index.js';
import { type Cursor } from '../../src/index.js';

/** A call of a log that can be made to fail. */
export type FaultyCall = 'read' | 'describe' | 'follow' | 'unfollow';

/** A log that fails when the test says so, as one does whose database is away. */
export class FaultyLog extends MemoryStreamLog {
  /** How often a call still fails. */
  readonly failures = new Map<FaultyCall, number>();
  /** How many follow it now. */
  followers = 0;
  /** Called when something was read, before whoever asked gets it. */
  onRead: () => void = () => undefined;

  constructor() {
    super(WIDE_BOUNDS);
  }

  override async read(
    channel: Channel,
    after?: Cursor,
    limit?: number,
  ): Promise<LogRead | undefined> {
    this.#call('read');
    const read = await super.read(channel, after, limit);
    this.onRead();
    return read;
  }

  override async describe(channel: Channel): Promise<ChannelInfo | undefined> {
    this.#call('describe');
    return super.describe(channel);
  }

  override async follow(
    channel: Channel,
    listener: LogListener,
    options?: FollowChannelOptions,
  ): Promise<FollowedChannel | undefined> {
    this.#call('follow');
    const followed = await super.follow(channel, listener, options);
    if (!followed) return undefined;
    this.followers += 1;
    const unfollow = async (): Promise<void> => {
      this.followers -= 1;
      await followed.unfollow();
      this.#call('unfollow');
    };
    return { ...followed, unfollow };
  }

  #call(call: FaultyCall): void {
    const left = this.failures.get(call) ?? 0;
    if (left === 0) return;
    this.failures.set(call, left - 1);
    throw new Error(`the log is away: ${call}`);
  }
}
