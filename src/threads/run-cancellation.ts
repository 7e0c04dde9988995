import { StreamingError } from '../errors/streaming.error.js';
import { soon } from '../log/soon.js';
import { withoutRuns } from './thread-data.js';
import { threadUpdate, type ThreadLog } from './thread-log.js';

/** How long a run may take to begin when its turn has come, in milliseconds. */
const BEGIN_TIMEOUT_MS = 8_000;

/** Cancels runs that have no log of their own yet: those that wait in their thread, or are about to begin. */
export class RunCancellation {
  constructor(private readonly log: ThreadLog) {}

  /**
   * Takes a run out of the queue of its thread. If its turn has come already, on whichever instance, waits until
   * it has begun: from then on it can be cancelled as an execution.
   *
   * @returns whether it was in the queue
   * @throws StreamingError `THREAD_NOT_FOUND`, `INSTANCE_UNREACHABLE`, `LOG_UNAVAILABLE`
   */
  async cancelWaiting(threadId: string, executionId: string, reason?: string): Promise<boolean> {
    const because = reason === undefined ? {} : { reason };
    const dequeued = this.log.change(threadId, (data) => {
      const found = data.runs.find((run) => run.executionId === executionId);
      if (found?.state !== 'queued') return { result: false };
      return {
        data: withoutRuns(data, [executionId]),
        drafts: [threadUpdate('run:end', { executionId, state: 'cancelled', ...because })],
        result: true,
      };
    });
    const wasQueued = await soon(dequeued);
    if (wasQueued) return true;
    const hasBegun = await this.log.until(
      threadId,
      ({ runs }) =>
        runs.every((run) => run.executionId !== executionId || run.newest !== undefined),
      BEGIN_TIMEOUT_MS,
    );
    if (hasBegun) return false;
    throw new StreamingError(
      'INSTANCE_UNREACHABLE',
      'The run is about to begin on an instance that does not answer now.',
    );
  }
}
