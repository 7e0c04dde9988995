import type { ChannelOwner } from '../protocol/channel.js';

/** Facts about a thread that are kept outside of its log. */
export interface ThreadRecord {
  /** The id of the thread. */
  readonly threadId: string;
  /** The owner of the thread. */
  readonly owner: ChannelOwner;
  /** The name of its agent. Absent if it was named before its first run. */
  readonly agent?: string;
  /** The title, if it was set. */
  readonly title?: string;
  /** The metadata, if they were set. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** When the thread was created, in milliseconds since the Unix epoch. */
  readonly createdAt: number;
  /** When the thread was last changed, or its last run started, in milliseconds since the Unix epoch. */
  readonly updatedAt: number;
}

/** Changes of a thread. Absent fields do not change. */
export type ThreadChanges = Partial<
  Pick<ThreadRecord, 'agent' | 'title' | 'metadata' | 'updatedAt'>
>;

/** The position of the last thread of a page in a list. */
export interface ThreadListPosition {
  /** The `updatedAt` of this thread. */
  readonly updatedAt: number;
  /** The id of this thread. */
  readonly threadId: string;
}

/** Limits for threads that are kept in memory. */
export interface ThreadBounds {
  /** How many threads are kept. */
  readonly maxThreads: number;
  /** How many threads of one principal are kept. */
  readonly maxThreadsPerPrincipal: number;
}

/** The run that was started with a key. */
export interface KeyedStart {
  /** The id of the run. */
  readonly executionId: string;
  /** The id of its thread. */
  readonly threadId: string;
}

/**
 * Keeps the records of threads, which all instances share. In a database such as Redis, a hash for each thread, a
 * sorted set for each owner and an expiring value for each key are enough.
 *
 * @publicApi
 */
export interface ThreadStore {
  /** Adds a thread. If the thread exists already, nothing changes. */
  create(record: ThreadRecord): Promise<void>;
  /** Returns a thread; undefined if there is no such thread. */
  get(threadId: string): Promise<ThreadRecord | undefined>;
  /** Changes a thread. @returns the changed thread; undefined if there is no such thread */
  update(threadId: string, changes: ThreadChanges): Promise<ThreadRecord | undefined>;
  /**
   * Returns the threads of an owner, the last changed first.
   *
   * @param after - the end of the previous page
   */
  list(
    owner: ChannelOwner,
    limit: number,
    after?: ThreadListPosition,
  ): Promise<readonly ThreadRecord[]>;
  /** Deletes a thread. If there is no such thread, does nothing. */
  delete(threadId: string): Promise<void>;
  /**
   * Returns the threads of which one must be removed before the owner can get another thread, oldest change
   * first. Returns an empty list while there is room. Without this method, there is no limit.
   */
  crowding?(owner: ChannelOwner): Promise<readonly ThreadRecord[]>;
  /**
   * Remembers the run that is started with a key, in one atomic step: only the first call with a key counts.
   *
   * @param ttlMs - how long the run is remembered, in milliseconds
   * @returns the run of the key: `start`, or the run of an earlier call
   */
  claimKey(key: string, start: KeyedStart, ttlMs: number): Promise<KeyedStart>;
}
