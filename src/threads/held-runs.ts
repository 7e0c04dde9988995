import { principalKey } from '../access/principal.js';
import type { SharedPlaces } from '../access/rate-limit/shared-places.js';
import type { HeldExecutions } from '../cluster/held-executions.js';
import type { Unfollow } from '../log/stream-log.js';
import { heldThread } from './lost-runs.js';
import type { RunRequest } from './run-request.js';
import { threadDataOf } from './thread-data.js';
import type { ThreadLog } from './thread-log.js';

/** What runs are held with. */
export interface HeldRunsContext {
  readonly log: ThreadLog;
  /** Where this instance notes which threads it has runs in, so that others learn of them if it dies. */
  readonly holds: HeldExecutions;
  /** Counts the runs of principals in all instances. */
  readonly places: SharedPlaces;
}

/** The runs that this instance accepted and that have not ended. */
export class HeldRuns {
  readonly #runs = new Map<string, RunRequest>();
  /** Those that the thread does not know yet. */
  readonly #pending = new Set<string>();
  /** The threads in which a run waits for its turn. */
  readonly #awaited = new Map<string, Promise<Unfollow>>();

  /** @param onEvent - called when something happens in a thread in which a run waits */
  constructor(
    private readonly context: HeldRunsContext,
    private readonly onEvent: (threadId: string) => Promise<void>,
  ) {}

  get(executionId: string): RunRequest | undefined {
    return this.#runs.get(executionId);
  }

  /**
   * Holds a run of which the thread is told next.
   *
   * @returns how many runs its principal has in all instances; 0 when it is held already
   * @throws StreamingError `LOG_UNAVAILABLE`
   */
  async take(run: RunRequest): Promise<number> {
    if (this.#runs.has(run.executionId)) return 0;
    this.#pending.add(run.executionId);
    return this.#hold(run);
  }

  /** The thread knows the run. */
  async confirm(run: RunRequest): Promise<void> {
    this.#pending.delete(run.executionId);
    if (!this.#runs.has(run.executionId)) await this.#hold(run);
  }

  /** The thread was not told of a run after all. */
  drop(executionId: string): void {
    if (this.#pending.has(executionId)) this.release(executionId);
  }

  release(executionId: string): void {
    const run = this.#runs.get(executionId);
    if (!run) return;
    const { holds, places } = this.context;
    this.#runs.delete(executionId);
    this.#pending.delete(executionId);
    places.giveBack(principalKey(run.principal));
    holds.release(heldThread(run.threadId));
    this.#leave(run.threadId);
  }

  /** Watches a thread while a run waits in it, since another instance may run what is before it. */
  async await(threadId: string): Promise<void> {
    if (!this.#awaited.has(threadId)) {
      const onEvent = (): void => void this.#heard(threadId);
      this.#awaited.set(threadId, this.context.log.follow(threadId, onEvent));
    }
    await this.#awaited.get(threadId);
    // What happened before it was watched.
    await this.#heard(threadId);
  }

  /** Runs that were taken out of the queue are let go, the first of the others may have its turn. */
  async #heard(threadId: string): Promise<void> {
    const info = await this.context.log.describe(threadId).catch(noop);
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

  async #hold(run: RunRequest): Promise<number> {
    const { holds, places } = this.context;
    this.#runs.set(run.executionId, run);
    const counting = places.take(principalKey(run.principal));
    await holds.hold(heldThread(run.threadId));
    return counting;
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
}

function noop(): void {}
