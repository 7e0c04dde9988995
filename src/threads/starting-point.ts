import type { RunRequest } from './run-request.js';

/** Where in the agent's state a run begins. */
export class StartingPoint {
  private constructor(
    private readonly run: RunRequest,
    /** The checkpoint to which a rollback of the run goes back; null for the very beginning. */
    readonly before: string | null,
    /** Where the thread went back to, and what was newest in it then. */
    private readonly rolledBack?: { readonly from: string; readonly newest: string | undefined },
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
    const rolledBack = typeof from === 'string' ? { from, newest } : undefined;
    return new StartingPoint(run, checkpointId ?? from ?? newest ?? null, rolledBack);
  }

  /**
   * Where the next run begins, once this one has ended: a run that left no checkpoint leaves the thread
   * rolled back as it was. Undefined for the newest checkpoint.
   */
  async nextFrom(): Promise<string | undefined> {
    if (!this.rolledBack) return undefined;
    const newest = await this.run.agent.agent.checkpoints?.get(this.run.threadId);
    return newest?.checkpointId === this.rolledBack.newest ? this.rolledBack.from : undefined;
  }
}
