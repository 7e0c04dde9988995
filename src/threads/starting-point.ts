import type { RunRequest } from './run-request.js';

/** Where in the agent's state a run begins. */
export class StartingPoint {
  private constructor(
    private readonly run: RunRequest,
    /** The checkpoint to which a rollback of the run returns; null for the very beginning. */
    readonly before: string | null,
    /** The newest checkpoint of the thread. */
    readonly newest?: string,
    /** The checkpoint to which the thread was rolled back. */
    private readonly rolledBackTo?: string | null,
  ) {}

  /**
   * Makes the agent's state ready for a run.
   *
   * @param from - the checkpoint at which the run begins after a rollback; null for the very beginning
   */
  static async prepare(run: RunRequest, from: string | null | undefined): Promise<StartingPoint> {
    const { checkpointId } = run;
    const { checkpoints } = run.agent.agent;
    if (!checkpoints) return new StartingPoint(run, null);
    if (from === null && checkpointId === undefined) {
      await checkpoints.delete(run.threadId);
      return new StartingPoint(run, null);
    }
    const newest = (await checkpoints.get(run.threadId))?.checkpointId;
    return new StartingPoint(run, checkpointId ?? from ?? newest ?? null, newest, from);
  }

  /**
   * Where the next run begins after this run has ended. If this run wrote no checkpoint, the thread stays
   * rolled back. Undefined for the newest checkpoint.
   */
  async nextFrom(): Promise<string | undefined> {
    if (typeof this.rolledBackTo !== 'string') return undefined;
    const newest = await this.run.agent.agent.checkpoints?.get(this.run.threadId);
    return newest?.checkpointId === this.newest ? this.rolledBackTo : undefined;
  }
}
