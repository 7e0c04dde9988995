import { ExpiringMap, monotonic } from '../../common/expiring-map.js';
import type { ChannelOwner } from '../../protocol/channel.js';
import type {
  KeyedStart,
  ThreadBounds,
  ThreadChanges,
  ThreadListPosition,
  ThreadRecord,
  ThreadStore,
} from '../thread-store.js';

/** How many keys are remembered. Clients make them up, and each start is counted. */
const MAX_KEYS = 100_000;

/** Keeps a limited number of threads in the memory of this process, until it ends. */
export class MemoryThreadStore implements ThreadStore {
  readonly #threads = new Map<string, ThreadRecord>();
  /** The ids of each owner's threads, oldest change first. */
  readonly #owned = new Map<string, Set<string>>();
  readonly #keys = new ExpiringMap<KeyedStart>(MAX_KEYS, monotonic);

  constructor(private readonly bounds: ThreadBounds) {}

  async create(record: ThreadRecord): Promise<void> {
    if (this.#threads.has(record.threadId)) return;
    this.#threads.set(record.threadId, record);
    const key = keyOf(record.owner);
    this.#owned.set(key, (this.#owned.get(key) ?? new Set()).add(record.threadId));
  }

  async get(threadId: string): Promise<ThreadRecord | undefined> {
    return this.#threads.get(threadId);
  }

  async update(threadId: string, changes: ThreadChanges): Promise<ThreadRecord | undefined> {
    const found = this.#threads.get(threadId);
    if (!found) return undefined;
    const changed = { ...found, ...changes };
    this.#threads.set(threadId, changed);
    const owned = this.#owned.get(keyOf(found.owner));
    if (owned?.delete(threadId)) owned.add(threadId);
    return changed;
  }

  async list(
    owner: ChannelOwner,
    limit: number,
    after?: ThreadListPosition,
  ): Promise<readonly ThreadRecord[]> {
    return this.#recordsOf(this.#owned.get(keyOf(owner)))
      .sort(newestFirst)
      .filter((record) => !after || newestFirst(after, record) < 0)
      .slice(0, limit);
  }

  async delete(threadId: string): Promise<void> {
    const found = this.#threads.get(threadId);
    if (!found) return;
    this.#threads.delete(threadId);
    const key = keyOf(found.owner);
    const owned = this.#owned.get(key);
    owned?.delete(threadId);
    if (owned?.size === 0) this.#owned.delete(key);
  }

  async crowding(owner: ChannelOwner): Promise<readonly ThreadRecord[]> {
    const { maxThreads, maxThreadsPerPrincipal } = this.bounds;
    const own = this.#owned.get(keyOf(owner));
    if (own && own.size >= maxThreadsPerPrincipal) return this.#recordsOf(own);
    // The owner with the most threads loses a thread, so that no owner can displace the threads of others.
    return this.#threads.size < maxThreads ? [] : this.#recordsOf(largestOf(this.#owned.values()));
  }

  async claimKey(key: string, start: KeyedStart, ttlMs: number): Promise<KeyedStart> {
    const known = this.#keys.get(key);
    if (known) return known;
    this.#keys.setFor(key, start, ttlMs);
    return start;
  }

  #recordsOf(ids: Iterable<string> = []): ThreadRecord[] {
    return [...ids].flatMap((id) => this.#threads.get(id) ?? []);
  }
}

function largestOf(sets: Iterable<ReadonlySet<string>>): ReadonlySet<string> {
  let largest: ReadonlySet<string> = new Set();
  for (const set of sets) if (set.size > largest.size) largest = set;
  return largest;
}

function keyOf({ principalId, tenant }: ChannelOwner): string {
  return JSON.stringify([tenant ?? null, principalId]);
}

function newestFirst(one: ThreadListPosition, other: ThreadListPosition): number {
  if (one.updatedAt !== other.updatedAt) return other.updatedAt - one.updatedAt;
  return one.threadId > other.threadId ? -1 : one.threadId < other.threadId ? 1 : 0;
}
