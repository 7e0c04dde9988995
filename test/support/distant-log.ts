import {
  LogEntry,
  type AppendPosition,
  type ChannelInfo,
  type FollowChannelOptions,
  type FollowedChannel,
  type LogEvent,
  type LogListener,
  type LogRead,
  type StreamLog,
} from '../../src/entries/log.js';
import { type Channel } from '../../src/client/index.js';

/** How far away a {@link DistantLog} is: how many turns of the event loop a call or a notice takes. */
export type Distance = () => number;

type Call = keyof StreamLog;

/**
 * A log as another process would serve it: every call takes a while, followers learn of entries
 * later than those who read, though still in order, and nothing that comes back is an object that
 * anybody saw before. What works with it assumes nothing in-process.
 */
export class DistantLog implements StreamLog {
  /** The calls that were made, in their order. */
  readonly calls: Call[] = [];

  constructor(
    private readonly log: StreamLog,
    private readonly distance: Distance,
  ) {}

  open(...args: Parameters<StreamLog['open']>): ReturnType<StreamLog['open']> {
    return this.#call('open', () => this.log.open(...decoded(args)));
  }

  claim(...args: Parameters<StreamLog['claim']>): Promise<ChannelInfo | undefined> {
    return this.#call('claim', () => this.log.claim(...decoded(args)));
  }

  append(...args: Parameters<StreamLog['append']>): Promise<AppendPosition> {
    return this.#call('append', () => this.log.append(...decoded(args)));
  }

  async read(...args: Parameters<StreamLog['read']>): Promise<LogRead | undefined> {
    const read = await this.#call('read', () => this.log.read(...args));
    return read && { ...read, entries: read.entries.map(decodedEntry) };
  }

  async follow(
    channel: Channel,
    listener: LogListener,
    options?: FollowChannelOptions,
  ): Promise<FollowedChannel | undefined> {
    let notices = Promise.resolve();
    const listen = (event: LogEvent): void => {
      notices = notices.then(async () => this.#travel()).then(() => listener(decodedEvent(event)));
    };
    return this.#call('follow', () => this.log.follow(channel, listen, options));
  }

  describe(channel: Channel): Promise<ChannelInfo | undefined> {
    return this.#call('describe', () => this.log.describe(channel));
  }

  end(...args: Parameters<StreamLog['end']>): Promise<void> {
    return this.#call('end', () => this.log.end(...args));
  }

  delete(channel: Channel): Promise<void> {
    return this.#call('delete', () => this.log.delete(channel));
  }

  async close(): Promise<void> {
    await this.log.close();
  }

  async #call<T>(name: Call, ask: () => Promise<T>): Promise<T> {
    this.calls.push(name);
    await this.#travel();
    const answer = await ask();
    await this.#travel();
    return answer;
  }

  async #travel(): Promise<void> {
    for (let turns = this.distance(); turns > 0; turns -= 1)
      await new Promise((resolve) => setImmediate(resolve));
  }
}

function decoded<T>(value: T): T {
  return structuredClone(value);
}

function decodedEvent(event: LogEvent): LogEvent {
  if (event.type !== 'entries') return { ...event };
  return { ...event, entries: event.entries.map(decodedEntry) };
}

function decodedEntry(entry: LogEntry): LogEntry {
  const { life, sequence, type, nodeId, targets, json, fromSequence } = entry;
  const own = targets && [...targets];
  return new LogEntry({ ...life }, sequence, type, nodeId, own, json, fromSequence);
}
