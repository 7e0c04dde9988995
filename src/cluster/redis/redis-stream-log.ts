import { channelLife } from '../../log/channel-life.js';
import type { LogEntry, UpdateDraft } from '../../log/log-entry.js';
import type { LogListener } from '../../log/log-event.js';
import { KeptText } from '../../log/kept-text.js';
import { canServe } from '../../log/log-position.js';
import type { MemoryStreamLogOptions } from '../../log/memory-stream-log.js';
import type {
  AppendOptions,
  AppendPosition,
  ChannelAttributes,
  ChannelClaim,
  ChannelInfo,
  FollowChannelOptions,
  FollowedChannel,
  LogRead,
  OpenChannelOptions,
  StreamLog,
} from '../../log/stream-log.js';
import type { Channel } from '../../protocol/channel.js';
import type { Cursor } from '../../protocol/cursor.js';
import { attributeArguments, channelInfoOf, encodeAttribute } from './channel-reply.js';
import type { RedisLink } from './connection/redis-link.js';
import type { ChannelPage } from './followed-channel.js';
import { Following } from './following.js';
import { Outbox } from './outbox.js';
import { decodeKept, decodeRecord } from './record.js';
import type { ResolvedRedisOptions } from './redis-backend-options.js';
import { scriptKeys, type RedisKeys } from './redis-keys.js';
import {
  CLAIM_CHANNEL,
  DELETE_CHANNEL,
  DESCRIBE_CHANNEL,
  END_CHANNEL,
  OPEN_CHANNEL,
  READ_CHANNEL,
} from './scripts/channel-scripts.js';
import type { RedisScript } from './scripts/redis-script.js';
import type { Subscriptions } from './subscriptions.js';
import { newEpoch, takenOver, ttlOf } from './written-channel.js';

/** The pause between two reads of a channel that may be opened again, in milliseconds. */
const LOST_PAUSE_MS = 100;

/** The parts that a log needs. */
export interface RedisStreamLogContext {
  readonly link: RedisLink;
  readonly keys: RedisKeys;
  readonly subscriptions: Subscriptions;
  readonly instanceId: string;
  readonly bounds: MemoryStreamLogOptions;
  readonly options: ResolvedRedisOptions;
  /** The last time at which this instance had its lease, by `performance.now()`. */
  readonly heldAt: () => number;
}

/** The log that the instances of an application share. Each channel is a hash and a list in Redis. */
export class RedisStreamLog implements StreamLog {
  readonly outbox: Outbox;
  readonly following: Following;
  /** How long a channel without new entries is kept, by kind, in milliseconds. */
  readonly ttlMs: Readonly<Record<Channel['kind'], number>>;
  readonly #publish: string;

  constructor(private readonly context: RedisStreamLogContext) {
    const { link, keys, subscriptions, instanceId, bounds, options, heldAt } = context;
    this.#publish = options.isCluster ? 'SPUBLISH' : 'PUBLISH';
    this.ttlMs = {
      execution: options.activeTtlMs,
      room: bounds.roomIdleMs,
      thread: options.threadTtlMs,
    };
    this.outbox = new Outbox(link, keys, {
      ...bounds,
      publish: this.#publish,
      writer: instanceId,
      leaseMs: options.leaseMs,
      heldAt,
      ttlMs: this.ttlMs,
    });
    this.following = new Following(link, keys, subscriptions, (...args) => this.#page(...args));
  }

  async open(
    channel: Channel,
    attributes: ChannelAttributes = {},
    { epoch = newEpoch(), replace = false }: OpenChannelOptions = {},
  ): Promise<ChannelInfo & { readonly created: boolean }> {
    await this.outbox.settled(channel);
    const set = attributeArguments(attributes);
    const reply = await this.#run(OPEN_CHANNEL, channel, [
      this.#publish,
      epoch,
      replace === true ? '*' : replace === false ? '' : replace.epoch,
      typeof replace === 'boolean' ? '' : replace.fence,
      ttlOf(attributes, this.ttlMs[channel.kind]),
      set.length / 2,
      ...set,
    ]);
    const [created, described] = reply as [number, unknown];
    const info = channelInfoOf(channel, described);
    if (!info) throw new TypeError('Redis described a channel that it has just opened as absent.');
    if (created === 1) this.#own(info, attributes);
    return { ...info, created: created === 1 };
  }

  async claim(
    channel: Channel,
    { epoch, fence }: ChannelClaim,
    attributes: ChannelAttributes & { readonly producer: string },
  ): Promise<ChannelInfo | undefined> {
    const set = attributeArguments(attributes);
    const reply = await this.#run(CLAIM_CHANNEL, channel, [
      epoch,
      fence,
      encodeAttribute(attributes.producer),
      set.length / 2,
      ...set,
    ]);
    const info = channelInfoOf(channel, reply);
    if (info) this.#own(info, info);
    return info;
  }

  append(
    channel: Channel,
    drafts: readonly UpdateDraft[],
    options: AppendOptions = {},
  ): Promise<AppendPosition> {
    return this.outbox.append(channel, drafts, options);
  }

  async read(
    channel: Channel,
    after?: Cursor,
    limit = Number.POSITIVE_INFINITY,
  ): Promise<LogRead | undefined> {
    let page = await this.#page(channel, after, limit);
    // Redis may have lost a channel that is followed here: then its writer opens it again.
    while (!page && this.following.expects(channel)) {
      await new Promise((resolve) => setTimeout(resolve, LOST_PAUSE_MS));
      page = await this.#page(channel, after, limit);
    }
    if (!page) return undefined;
    const { epoch, head, entries } = page;
    const recovered = canServe(page, after);
    return { epoch, entries, recovered, head, ...(!recovered && { kept: page.kept.entries }) };
  }

  follow(
    channel: Channel,
    listener: LogListener,
    { create = false }: FollowChannelOptions = {},
  ): Promise<FollowedChannel | undefined> {
    return this.following.follow(channel, listener, () =>
      create ? this.open(channel) : this.describe(channel),
    );
  }

  async describe(channel: Channel): Promise<ChannelInfo | undefined> {
    return channelInfoOf(channel, await this.#run(DESCRIBE_CHANNEL, channel, []));
  }

  async end(channel: Channel, claim?: ChannelClaim): Promise<void> {
    await this.outbox.settled(channel);
    const current = this.outbox.of(channel).currentClaim(claim);
    const answer = await this.#run(END_CHANNEL, channel, [
      this.#publish,
      current?.epoch ?? '',
      current?.fence ?? '',
      this.context.bounds.retentionMs,
    ]);
    this.outbox.forget(channel);
    if (answer === 'taken') throw takenOver();
  }

  async delete(channel: Channel): Promise<void> {
    await this.outbox.settled(channel);
    await this.#run(DELETE_CHANNEL, channel, [this.#publish, this.context.bounds.retentionMs]);
    this.outbox.forget(channel);
  }

  /** Waits until all appended entries are in Redis. The code that opened the connections closes them. */
  async close(): Promise<void> {
    await this.outbox.drained();
    this.outbox.close();
  }

  #own(info: ChannelInfo, attributes: ChannelAttributes): void {
    const { owner, state, interrupts, producer, source, waitsUntil } = attributes;
    const known = { owner, state, interrupts, producer, source, waitsUntil };
    const given = Object.entries(known).filter(([, value]) => value !== undefined);
    if (info.channel.kind === 'execution')
      this.outbox.of(info.channel).own(info, Object.fromEntries(given));
  }

  async #run(
    script: RedisScript,
    channel: Channel,
    args: readonly (string | number)[],
  ): Promise<unknown> {
    const keys = scriptKeys(this.context.keys.of(channel));
    return this.context.link.call((connection) => script.run(connection, keys, args));
  }

  async #page(
    channel: Channel,
    after: Cursor | undefined,
    limit: number,
  ): Promise<(ChannelPage & { readonly kept: KeptText }) | undefined> {
    const reply = await this.#run(READ_CHANNEL, channel, [
      after?.epoch ?? '',
      after?.sequence ?? 0,
      Number.isFinite(limit) ? limit : -1,
    ]);
    if (!Array.isArray(reply)) return undefined;
    const [epoch, head, first, ended, from, records, texts] = reply as [
      string,
      string,
      number,
      string | null,
      number,
      string[],
      string[],
    ];
    const life = channelLife(channel, epoch);
    const entries: LogEntry[] = records.map((record, index) =>
      decodeRecord(record, first + from + index, life),
    );
    // Redis limits its size. The text is joined here.
    const kept = new KeptText(Number.POSITIVE_INFINITY);
    for (const text of texts) kept.add(decodeKept(text, life));
    return { epoch, head: Number(head), first, isEnded: ended !== null, entries, kept };
  }
}
