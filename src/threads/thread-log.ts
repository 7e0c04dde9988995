import { StreamingError } from '../errors/streaming.error.js';
import { draftUpdate, type UpdateDraft } from '../log/log-entry.js';
import type { ChannelInfo, StreamLog, Unfollow } from '../log/stream-log.js';
import { threadChannel, type ChannelOwner } from '../protocol/channel.js';
import type { ThreadEventName } from '../protocol/thread-event-name.js';
import type { StreamUpdateData } from '../protocol/stream-update.js';
import { threadDataOf, type ThreadData } from './thread-data.js';

/** A change of a thread. */
export interface ThreadChange<T> {
  /** Absent: nothing changes. */
  readonly data?: ThreadData;
  /** What viewers of the thread are told. */
  readonly drafts?: readonly UpdateDraft[];
  readonly result: T;
}

/** How often a change is attempted while other instances change the thread too. */
const MAX_ATTEMPTS = 100;

/** How long to wait before the next attempt at most, in milliseconds. */
const MAX_PAUSE_MS = 20;

/**
 * The logs of threads. What a thread knows of its runs changes in one step with what its viewers are told,
 * and is exact when several instances change it at once: each claims the thread, decides on what it then
 * finds, and appends with its claim, which fails if another claimed the thread meanwhile.
 */
export class ThreadLog {
  readonly #changing = new Map<string, Promise<unknown>>();

  constructor(
    private readonly log: StreamLog,
    private readonly instanceId: string,
  ) {}

  /** The thread; it begins if there is none. */
  open(
    threadId: string,
    owner: ChannelOwner,
  ): Promise<ChannelInfo & { readonly created: boolean }> {
    return this.log.open(threadChannel(threadId), { owner });
  }

  describe(threadId: string): Promise<ChannelInfo | undefined> {
    return this.log.describe(threadChannel(threadId));
  }

  delete(threadId: string): Promise<void> {
    return this.log.delete(threadChannel(threadId));
  }

  /** Calls `listener` when something happens in a thread, until the returned function is called. */
  async follow(threadId: string, listener: () => void): Promise<Unfollow> {
    const followed = await this.log.follow(threadChannel(threadId), listener);
    if (!followed) throw threadNotFound();
    return followed.unfollow;
  }

  /**
   * Waits until a thread meets a condition, or is gone.
   *
   * @returns false if that takes longer than `timeoutMs`
   */
  async until(
    threadId: string,
    condition: (data: ThreadData) => boolean,
    timeoutMs: number,
  ): Promise<boolean> {
    let wake = noop;
    let isLate = false;
    const channel = threadChannel(threadId);
    const followed = await this.log.follow(channel, () => wake());
    const timer = setTimeout(() => {
      isLate = true;
      wake();
    }, timeoutMs);
    try {
      for (;;) {
        const next = new Promise<void>((resolve) => (wake = resolve));
        const info = await this.describe(threadId);
        if (!info || condition(threadDataOf(info))) return true;
        if (isLate) return false;
        await next;
      }
    } finally {
      clearTimeout(timer);
      await followed?.unfollow();
    }
  }

  /**
   * Changes a thread.
   *
   * @param decide - says what changes; it may be asked again. What it throws changes nothing
   * @throws StreamingError `THREAD_NOT_FOUND`, `LOG_UNAVAILABLE`
   */
  change<T>(threadId: string, decide: (data: ThreadData) => ThreadChange<T>): Promise<T> {
    return this.exclusive(threadId, () => this.#change(threadId, decide));
  }

  /** Runs work when this instance does nothing else that changes the thread. */
  exclusive<T>(threadId: string, work: () => Promise<T>): Promise<T> {
    const before = this.#changing.get(threadId) ?? Promise.resolve();
    const after = before.then(work);
    const settled = after.then(noop, noop);
    this.#changing.set(threadId, settled);
    void settled.then(() => {
      if (this.#changing.get(threadId) === settled) this.#changing.delete(threadId);
    });
    return after;
  }

  async #change<T>(threadId: string, decide: (data: ThreadData) => ThreadChange<T>): Promise<T> {
    const channel = threadChannel(threadId);
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const seen = await this.log.describe(channel);
      if (!seen) throw threadNotFound();
      const claim = await this.log.claim(channel, seen, { producer: this.instanceId });
      if (claim) {
        const { data, drafts = [], result } = decide(threadDataOf(claim));
        const attributes = data && { thread: data };
        if (!attributes && drafts.length === 0) return result;
        const isDone = await this.log
          .append(channel, drafts, { claim, attributes })
          .then(() => true, orTakenOver);
        if (isDone) return result;
      }
      await pause(attempt);
    }
    throw new StreamingError(
      'LOG_UNAVAILABLE',
      'Other instances change this thread all the time. Try again in a moment.',
    );
  }
}

/** What a thread tells its viewers. */
export function threadUpdate<Type extends ThreadEventName>(
  type: Type,
  data: StreamUpdateData<Type>,
): UpdateDraft {
  return draftUpdate({ type, data });
}

export const threadNotFound = (): StreamingError =>
  new StreamingError('THREAD_NOT_FOUND', 'There is no such thread, or it is not yours.');

function orTakenOver(error: unknown): false {
  const code = StreamingError.isInstance(error) ? error.code : undefined;
  if (code === 'EXECUTION_TAKEN_OVER') return false;
  throw code === 'EXECUTION_NOT_ACTIVE' ? threadNotFound() : error;
}

/** Instances that disturb each other must not do so in step. */
function pause(attempt: number): Promise<void> {
  const longest = Math.min(MAX_PAUSE_MS, attempt);
  return new Promise((resolve) => setTimeout(resolve, Math.random() * longest));
}

function noop(): void {}
