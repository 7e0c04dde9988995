import { principalKey } from '../access/principal.js';
import type { Unfollow } from '../log/stream-log.js';
import type { RunRequest } from './run-request.js';
import { threadDataOf } from './thread-data.js';
import type { ThreadLog } from './thread-log.js';

/** The runs that this instance accepted and that have not ended. */
export class HeldRuns {
  readonly #runs = new Map<string, RunRequest>();
  /** Those that the thread does not know yet. */
  readonly #pending = new Set<string>();
  readonly #counts = new Map<string, number>();
  /** The threads in which a run waits for its turn. */
  readonly #awaited = new Map<string, Promise<Unfollow>>();

  /** @param onEvent - called when something happens in a thread in which a run waits */
  constructor(
    private readonly log: ThreadLog,
    private readonly onEvent: (threadId: string) => Promise<void>,
  ) {}

  get(executionId: string): RunRequest | undefined {
    return this.#runs.get(executionId);
  }

  /** How many runs a principal has here. */
  countOf(principal: string): number {
    return this.#counts.get(principal) ?? 0;
  }

  /** Holds a run of which the thread is told next. @returns false when it is held already */
  take(run: RunRequest): boolean {
    if (this.#runs.has(run.executionId)) return false;
    this.#pending.add(run.executionId);
    this.#hold(run);
    return true;
  }

  /** The thread knows the run. */
  confirm(run: RunRequest): void {
    this.#pending.delete(run.executionId);
    if (!this.#runs.has(run.executionId)) this.#hold(run);
  }

  release(executionId: string): void {
    const run = this.#runs.get(executionId);
    if (!run) return;
    this.#runs.delete(executionId);
    this.#pending.delete(executionId);
    this.#count(run, -1);
    this.#leave(run.threadId);
  }

  /** Watches a thread while a run waits in it, since another instance may run what is before it. */
  async await(threadId: string): Promise<void> {
    if (!this.#awaited.has(threadId)) {
      const onEvent = (): void => void this.#heard(threadId);
      this.#awaited.set(threadId, this.log.follow(threadId, onEvent));
    }
    await this.#awaited.get(threadId);
    // What happened before it was watched.
    await this.#heard(threadId);
  }

  /** Resolves when no run of a thread is active, on any instance. */
  async untilIdle(threadId: string): Promise<void> {
    let wake: () => void = noop;
    const unfollow = await this.log.follow(threadId, () => wake());
    try {
      for (;;) {
        const next = new Promise<void>((resolve) => (wake = resolve));
        const info = await this.log.describe(threadId);
        if (!info || threadDataOf(info).runs.length === 0) return;
        await next;
      }
    } finally {
      await unfollow();
    }
  }

  /** Runs that were taken out of the queue are let go, the first of the others may have its turn. */
  async #heard(threadId: string): Promise<void> {
    const info = await this.log.describe(threadId).catch(noop);
    if (!info) return;
    const { runs } = threadDataOf(info);
    const known = new Set(runs.map(({ executionId }) => executionId));
    for (const run of this.#heldIn(threadId))
      if (!known.has(run.executionId) && !this.#pending.has(run.executionId))
        this.release(run.executionId);
    const [first] = runs;
    if (first?.state === 'queued' && this.#runs.has(first.executionId))
      await this.onEvent(threadId);
  }

  #hold(run: RunRequest): void {
    this.#runs.set(run.executionId, run);
    this.#count(run, 1);
  }

  #heldIn(threadId: string): RunRequest[] {
    return [...this.#runs.values()].filter((run) => run.threadId === threadId);
  }

  #leave(threadId: string): void {
    const awaited = this.#awaited.get(threadId);
    if (!awaited || this.#heldIn(threadId).length > 0) return;
    this.#awaited.delete(threadId);
    void awaited.then((unfollow) => unfollow()).catch(noop);
  }

  #count({ principal }: RunRequest, by: number): void {
    const key = principalKey(principal);
    const count = this.countOf(key) + by;
    if (count > 0) this.#counts.set(key, count);
    else this.#counts.delete(key);
  }
}

function noop(): void {}
