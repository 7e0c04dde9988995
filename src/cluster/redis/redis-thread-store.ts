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
import { RedisScript } from './scripts/redis-script.js';

/** KEYS: thread. ARGV: time to live, fields. Answers the whole thread, or nothing if there is none. */
const UPDATE_THREAD = new RedisScript(`
if redis.call('EXISTS', KEYS[1]) == 0 then return {} end
for at = 2, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1]) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return redis.call('HGETALL', KEYS[1])
`);

/** KEYS: thread. ARGV: time to live, fields. What exists stays. Answers the whole thread. */
const CREATE_THREAD = new RedisScript(`
if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('HSET', KEYS[1], unpack(ARGV, 2)) end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return redis.call('HGETALL', KEYS[1])
`);

/** KEYS: thread. By a script, since a script answers every client library in the same form. */
const READ_THREAD = new RedisScript(`return redis.call('HGETALL', KEYS[1])`);

/** How many threads are looked at in one step of a list. */
const PAGE = 100;

/**
 * Keeps what is known of threads in Redis: a hash for each thread, whose fields are JSON, and for each owner
 * a sorted set by the time of the last change. In a cluster the two are on different servers, so the hash
 * decides, and the set may name a thread that is no more.
 */
export class RedisThreadStore implements ThreadStore {
  constructor(
    private readonly link: RedisLink,
    private readonly keys: RedisKeys,
    private readonly ttlMs: number,
  ) {}

  async create(record: ThreadRecord): Promise<void> {
    const created = await this.#run(CREATE_THREAD, record.threadId, record);
    if (created) await this.#place(created);
  }

  async get(threadId: string): Promise<ThreadRecord | undefined> {
    const keys = [this.#keyOf(threadId)];
    return recordOf(await this.link.call((connection) => READ_THREAD.run(connection, keys, [])));
  }

  async update(threadId: string, changes: ThreadChanges): Promise<ThreadRecord | undefined> {
    const changed = await this.#run(UPDATE_THREAD, threadId, changes);
    if (changed) await this.#place(changed);
    return changed;
  }

  async list(
    owner: ChannelOwner,
    limit: number,
    after?: ThreadListPosition,
  ): Promise<readonly ThreadRecord[]> {
    const key = this.#ownerKey(owner);
    const from = after ? String(-after.updatedAt) : '-inf';
    const found: ThreadRecord[] = [];
    for (let offset = 0; found.length < limit; offset += PAGE) {
      const page = ['ZRANGEBYSCORE', key, from, '+inf', 'LIMIT', String(offset), String(PAGE)];
      const ids = (await this.#send(page, key)) as string[];
      const records = await Promise.all(ids.map((threadId) => this.get(threadId)));
      found.push(...records.flatMap((record) => (record && isAfter(record, after) ? record : [])));
      if (ids.length < PAGE) break;
    }
    return found.slice(0, limit);
  }

  async delete(threadId: string): Promise<void> {
    const record = await this.get(threadId);
    if (!record) return;
    const [key, ownerKey] = [this.#keyOf(threadId), this.#ownerKey(record.owner)];
    await this.#send(['DEL', key], key);
    await this.#send(['ZREM', ownerKey, threadId], ownerKey);
  }

  async claimKey(key: string, start: KeyedStart, ttlMs: number): Promise<KeyedStart> {
    const name = this.keys.single('start', key);
    const command = ['SET', name, JSON.stringify(start), 'NX', 'GET', 'PX', String(ttlMs)];
    const known = await this.#send(command, name);
    return typeof known === 'string' ? (JSON.parse(known) as KeyedStart) : start;
  }

  /** Puts a thread at its place among those of its owner: the one that changed last comes first. */
  async #place({ threadId, owner, updatedAt }: ThreadRecord): Promise<void> {
    const key = this.#ownerKey(owner);
    await this.#send(['ZADD', key, String(-updatedAt), threadId], key);
    await this.#send(['PEXPIRE', key, String(this.ttlMs)], key);
  }

  async #run(
    script: RedisScript,
    threadId: string,
    fields: Partial<ThreadRecord>,
  ): Promise<ThreadRecord | undefined> {
    const args = Object.entries(fields).flatMap(([name, value]: [string, unknown]) =>
      value === undefined ? [] : [name, JSON.stringify(value)],
    );
    const keys = [this.#keyOf(threadId)];
    return recordOf(
      await this.link.call((connection) => script.run(connection, keys, [this.ttlMs, ...args])),
    );
  }

  async #send(command: readonly string[], key: string): Promise<unknown> {
    return this.link.call((connection) => connection.send(command, key));
  }

  #keyOf(threadId: string): string {
    return this.keys.single('thread', threadId);
  }

  #ownerKey({ principalId, tenant }: ChannelOwner): string {
    return this.keys.single('threads', JSON.stringify([tenant ?? null, principalId]));
  }
}

/** Reads a hash: names and JSON of its fields, one after the other. */
function recordOf(reply: unknown): ThreadRecord | undefined {
  const list = reply as readonly string[];
  if (list.length === 0) return undefined;
  const fields = list.flatMap((name, at) =>
    at % 2 === 0 ? [[name, JSON.parse(list[at + 1] ?? 'null') as unknown]] : [],
  );
  return Object.fromEntries(fields) as ThreadRecord;
}

function isAfter(record: ThreadRecord, after: ThreadListPosition | undefined): boolean {
  if (!after || record.updatedAt < after.updatedAt) return true;
  return record.updatedAt === after.updatedAt && record.threadId > after.threadId;
}
