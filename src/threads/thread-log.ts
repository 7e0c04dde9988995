import { StreamingError } from '../errors/streaming.error.js';
import { draftUpdate, type UpdateDraft } from '../log/log-entry.js';
import { soon } from '../log/soon.js';
import type { ChannelInfo, StreamLog, Unfollow } from '../log/stream-log.js';
import { threadChannel, type ChannelOwner } from '../protocol/channel.js';
import type { ThreadEventName } from '../protocol/thread-event-name.js';
import type { StreamUpdateData } from '../protocol/stream-update.js';
import { threadDataOf, type ThreadData } from './thread-data.js';

/** A change of a thread. */
export interface ThreadChange<T> {
  /** Without it, nothing changes. */
  readonly data?: ThreadData;
  /** The updates for viewers of the thread. */
  readonly drafts?: readonly UpdateDraft[];
  readonly result: T;
}

type Decide<T> = (data: ThreadData, info: ChannelInfo) => ThreadChange<T>;

/** How often a change is attempted while other instances change the thread too. */
const MAX_ATTEMPTS = 100;

/** The longest wait before the next attempt, in milliseconds. */
const MAX_PAUSE_MS = 20;

/**
 * The logs of threads. The data of a thread changes in one step with the updates for its viewers. It stays
 * exact if several instances change it at the same time: each instance claims the thread, decides by the data
 * that it then finds, and appends with its claim. The append fails if another instance has claimed the thread
 * meanwhile.
 */
export class ThreadLog {
  readonly #changing = new Map<string, Promise<unknown>>();

  constructor(
    private readonly log: StreamLog,
    private readonly instanceId: string,
  ) {}

  /** Opens the log of a thread, if it does not exist, and describes it. */
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

  /** Calls `listener` after each event of a thread, until the returned function is called. */
  async follow(threadId: string, listener: () => void): Promise<Unfollow> {
    const followed = await this.log.follow(threadChannel(threadId), listener);
    if (!followed) throw threadNotFound();
    return followed.unfollow;
  }

  /**
   * Waits until a thread meets a condition, or is gone.
   *
   * @returns false if that takes longer than `timeoutMs`
   * @throws StreamingError `LOG_UNAVAILABLE`
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
        const info = await soon(this.describe(threadId));
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
   * @param decide - returns the change, from the data and the facts of the log. It may be called several times. If it throws, nothing changes.
   * @throws StreamingError `THREAD_NOT_FOUND`, `LOG_UNAVAILABLE`
   */
  change<T>(threadId: string, decide: Decide<T>): Promise<T> {
    return this.exclusive(threadId, () => this.#change(threadId, decide));
  }

  /** Runs work after all other changes of the thread in this instance. */
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

  async #change<T>(threadId: string, decide: Decide<T>): Promise<T> {
    const channel = threadChannel(threadId);
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const seen = await this.log.describe(channel);
      if (!seen) throw threadNotFound();
      const claim = await this.log.claim(channel, seen, { producer: this.instanceId });
      if (claim) {
        const { data, drafts = [], result } = decide(threadDataOf(claim), claim);
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
      'Other instances keep changing this thread. Try again in a moment.',
    );
  }
}

/** Makes an update for viewers of a thread. */
export function threadUpdate<Type extends ThreadEventName>(
  type: Type,
  data: StreamUpdateData<Type>,
): UpdateDraft {
  return draftUpdate({ type, data });
}

export const threadNotFound = (): StreamingError =>
  new StreamingError('THREAD_NOT_FOUND', 'There is no such thread, or it is not yours.');

/** Whether an error says that the thread was deleted meanwhile. */
export function isGone(error: unknown): boolean {
  return StreamingError.isInstance(error) && error.code === 'THREAD_NOT_FOUND';
}

function orTakenOver(error: unknown): false {
  const code = StreamingError.isInstance(error) ? error.code : undefined;
  if (code === 'EXECUTION_TAKEN_OVER') return false;
  throw code === 'EXECUTION_NOT_ACTIVE' ? threadNotFound() : error;
}

/** A random wait, so that instances do not repeatedly disturb each other at the same moments. */
function pause(attempt: number): Promise<void> {
  const longest = Math.min(MAX_PAUSE_MS, attempt);
  return new Promise((resolve) => setTimeout(resolve, Math.random() * longest));
}

function noop(): void {}
