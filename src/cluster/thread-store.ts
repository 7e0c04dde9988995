import type { ChannelOwner } from '../protocol/channel.js';

/** What is known of a thread beside its log. */
export interface ThreadRecord {
  readonly threadId: string;
  readonly owner: ChannelOwner;
  readonly agent: string;
  readonly title?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** In milliseconds since the Unix epoch. */
  readonly createdAt: number;
  /** In milliseconds since the Unix epoch. */
  readonly updatedAt: number;
}

/** What can change of a thread. Fields that are absent stay. */
export type ThreadChanges = Partial<Pick<ThreadRecord, 'title' | 'metadata' | 'updatedAt'>>;

/** Where a page of a list ends. */
export interface ThreadListPosition {
  readonly updatedAt: number;
  readonly threadId: string;
}

/** How many threads are kept in memory. */
export interface ThreadBounds {
  readonly maxThreads: number;
  readonly maxThreadsPerPrincipal: number;
}

/** What was started with a key. */
export interface KeyedStart {
  readonly executionId: string;
  readonly threadId: string;
}

/**
 * Where instances keep what they know of threads beside their logs. A hash for each thread, a sorted set
 * for each owner and an expiring value for each key are enough.
 *
 * @publicApi
 */
export interface ThreadStore {
  /** Keeps a thread. One that exists stays as it is. */
  create(record: ThreadRecord): Promise<void>;
  get(threadId: string): Promise<ThreadRecord | undefined>;
  /** @returns the changed thread; undefined when there is no such thread */
  update(threadId: string, changes: ThreadChanges): Promise<ThreadRecord | undefined>;
  /**
   * The threads of an owner, the one that changed last first.
   *
   * @param after - where the page before ended
   */
  list(
    owner: ChannelOwner,
    limit: number,
    after?: ThreadListPosition,
  ): Promise<readonly ThreadRecord[]>;
  delete(threadId: string): Promise<void>;
  /**
   * The threads of which one is to go before the owner gets another thread, the one that changed first
   * first; none while there is room. Absent: there always is.
   */
  crowding?(owner: ChannelOwner): Promise<readonly ThreadRecord[]>;
  /**
   * Remembers what is started with a key. Whoever comes first says so, in one step.
   *
   * @param ttlMs - how long it is remembered, in milliseconds
   * @returns what is started with the key: `start`, or what was remembered before
   */
  claimKey(key: string, start: KeyedStart, ttlMs: number): Promise<KeyedStart>;
}
