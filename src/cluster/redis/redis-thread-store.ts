import { isList } from '../../common/is-record.js';
import type { ChannelOwner } from '../../protocol/channel.js';
import type {
  KeyedStart,
  ThreadChanges,
  ThreadListPosition,
  ThreadRecord,
  ThreadStore,
} from '../thread-store.js';
import type { RedisLink } from './connection/redis-link.js';
import type { RedisKeys } from './redis-keys.js';
import { CHANGE_THREAD } from './scripts/thread-scripts.js';

/** How many entries of an owner's list one command reads. */
const PAGE_ENTRIES = 100;

/**
 * Keeps threads in Redis. Each thread is a hash. The ids of an owner's threads are a sorted set, ordered by
 * the last change.
 */
export class RedisThreadStore implements ThreadStore {
  /** @param ttlMs - how long an unchanged thread is kept, in milliseconds */
  constructor(
    private readonly link: RedisLink,
    private readonly keys: RedisKeys,
    private readonly ttlMs: number,
  ) {}

  async create(record: ThreadRecord): Promise<void> {
    const { threadId, owner, updatedAt } = record;
    const created = await this.#change(threadId, 'create', record);
    if (created) await this.#touch(owner, threadId, updatedAt);
  }

  async get(threadId: string): Promise<ThreadRecord | undefined> {
    return recordOf(await this.#send('HGETALL', this.#keyOf(threadId)));
  }

  async update(threadId: string, changes: ThreadChanges): Promise<ThreadRecord | undefined> {
    const record = recordOf(await this.#change(threadId, 'update', changes));
    if (record && changes.updatedAt !== undefined)
      await this.#touch(record.owner, threadId, changes.updatedAt);
    return record;
  }

  async list(
    owner: ChannelOwner,
    limit: number,
    after?: ThreadListPosition,
  ): Promise<readonly ThreadRecord[]> {
    const found: ThreadRecord[] = [];
    const highest = after ? String(after.updatedAt) : '+inf';
    for (let offset = 0; found.length < limit; offset += PAGE_ENTRIES) {
      const page = ['REV', 'BYSCORE', 'LIMIT', String(offset), String(PAGE_ENTRIES)];
      const ids = await this.#send('ZRANGE', this.#listOf(owner), highest, '-inf', ...page);
      if (!isList(ids) || ids.length === 0) break;
      const records = await Promise.all(ids.map((id) => this.get(String(id))));
      // A thread that was unchanged for too long is gone. A thread that has changed since the previous page
      // was already listed.
      found.push(
        ...records.flatMap((record) => (record && isAfter(record, after) ? [record] : [])),
      );
    }
    return found.slice(0, limit);
  }

  async delete(threadId: string): Promise<void> {
    const record = await this.get(threadId);
    // The record goes last: without it, a repeated call would not know the list.
    if (record) await this.#send('ZREM', this.#listOf(record.owner), threadId);
    await this.#send('DEL', this.#keyOf(threadId));
  }

  async claimKey(key: string, start: KeyedStart, ttlMs: number): Promise<KeyedStart> {
    const name = this.keys.single('start', key);
    const json = JSON.stringify(start);
    const known = await this.#send('SET', name, json, 'PX', String(ttlMs), 'NX', 'GET');
    return typeof known === 'string' ? (JSON.parse(known) as KeyedStart) : start;
  }

  #keyOf(threadId: string): string {
    return this.keys.single('thread', threadId);
  }

  #listOf({ principalId, tenant }: ChannelOwner): string {
    return this.keys.single('threads', JSON.stringify([tenant ?? null, principalId]));
  }

  async #touch(owner: ChannelOwner, threadId: string, updatedAt: number): Promise<void> {
    const list = this.#listOf(owner);
    await this.#send('ZADD', list, String(updatedAt), threadId);
    await this.#send('PEXPIRE', list, String(this.ttlMs));
  }

  #change(threadId: string, how: 'create' | 'update', fields: object): Promise<unknown> {
    const pairs = Object.entries(fields).flatMap(([name, value]) => [name, JSON.stringify(value)]);
    const keys = [this.#keyOf(threadId)];
    return this.link.call((connection) =>
      CHANGE_THREAD.run(connection, keys, [how, this.ttlMs, ...pairs]),
    );
  }

  #send(command: string, key: string, ...rest: readonly string[]): Promise<unknown> {
    return this.link.call((connection) => connection.send([command, key, ...rest], key));
  }
}

/** Redis lists equal times with the last id first. */
function isAfter(record: ThreadListPosition, after: ThreadListPosition | undefined): boolean {
  if (!after) return true;
  if (record.updatedAt !== after.updatedAt) return record.updatedAt < after.updatedAt;
  return Buffer.compare(Buffer.from(record.threadId), Buffer.from(after.threadId)) < 0;
}

/** Reads a hash: a list of names and JSON, or an object of them. */
function recordOf(reply: unknown): ThreadRecord | undefined {
  const pairs = isList(reply)
    ? Array.from({ length: reply.length / 2 }, (_, at) => [reply[2 * at], reply[2 * at + 1]])
    : Object.entries(reply ?? {});
  if (pairs.length === 0) return undefined;
  const fields = pairs.map(([name, json]) => [String(name), JSON.parse(String(json)) as unknown]);
  return Object.fromEntries(fields) as ThreadRecord;
}
