import { principalKey } from '../access/principal.js';
import type { SharedPlaces } from '../access/rate-limit/shared-places.js';
import type { HeldExecutions } from '../cluster/held-executions.js';
import type { Unfollow } from '../log/stream-log.js';
import { heldName } from './held-name.js';
import type { RunRequest } from './run-request.js';
import { threadDataOf } from './thread-data.js';
import type { ThreadLog } from './thread-log.js';

/** The parts that holding runs needs. */
export interface HeldRunsContext {
  readonly log: ThreadLog;
  /** Keeps the threads in which this instance has runs, so that other instances know them if it dies. */
  readonly holds: HeldExecutions;
  /** Counts the runs of principals in all instances. */
  readonly places: SharedPlaces;
}

/** The runs that this instance accepted and that have not ended. */
export class HeldRuns {
  readonly #runs = new Map<string, RunRequest>();
  /** The runs that the log of the thread does not have yet. */
  readonly #pending = new Set<string>();
  /** The threads in which a run waits for its turn. */
  readonly #awaited = new Map<string, Promise<Unfollow>>();

  /** @param onEvent - called after each event of a thread in which a run waits */
  constructor(
    private readonly context: HeldRunsContext,
    private readonly onEvent: (threadId: string) => Promise<void>,
  ) {}

  get(executionId: string): RunRequest | undefined {
    return this.#runs.get(executionId);
  }

  /**
   * Holds a run before it is written to the log of the thread.
   *
   * @returns how many runs its principal has in all instances; 0 if the run is already held
   * @throws StreamingError `LOG_UNAVAILABLE`
   */
  async take(run: RunRequest): Promise<number> {
    if (this.#runs.has(run.executionId)) return 0;
    this.#pending.add(run.executionId);
    return this.#hold(run);
  }

  /** The log of the thread has the run. */
  async confirm(run: RunRequest): Promise<void> {
    this.#pending.delete(run.executionId);
    if (!this.#runs.has(run.executionId)) await this.#hold(run);
  }

  /** The run was not written to the log of the thread after all. */
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
    holds.release(heldName('thread', run.threadId));
    this.#leave(run.threadId);
  }

  /** Follows a thread while a run waits in it, because another instance may run the run before it. */
  async await(threadId: string): Promise<void> {
    if (!this.#awaited.has(threadId)) {
      const onEvent = (): void => void this.#heard(threadId);
      this.#awaited.set(threadId, this.context.log.follow(threadId, onEvent));
    }
    await this.#awaited.get(threadId);
    // Handles events from before the thread was followed.
    await this.#heard(threadId);
  }

  /** Releases runs that were removed from the queue. The first remaining run may begin. */
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
    await holds.hold(heldName('thread', run.threadId));
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
