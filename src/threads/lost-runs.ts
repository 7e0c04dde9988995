import type { Cluster } from '../cluster/cluster.js';
import { recordOf, textOf } from '../common/is-record.js';
import type { AbandonedEvents } from '../executions/abandoned-events.js';
import type { UpdateDraft } from '../log/log-entry.js';
import type { StreamLog } from '../log/stream-log.js';
import { executionChannel } from '../protocol/channel.js';
import { ERROR_CODES } from '../protocol/error-codes.js';
import { heldThread } from './held-name.js';
import { withEndedRun, type RunEnd } from './run-end.js';
import { threadDataOf, type RunRecord, type ThreadData } from './thread-data.js';
import { isGone, type ThreadChange, type ThreadLog } from './thread-log.js';

/** The end of a run whose instance is gone. */
const LOST: RunEnd = { state: 'failed', reason: ERROR_CODES.PRODUCER_LOST.meaning };

interface KnownEnd {
  readonly executionId: string;
  readonly end: RunEnd;
}

/**
 * Writes the end of runs whose instance is gone to the log of their thread. All living instances try this at
 * the same time, and the log lets one of them succeed.
 */
export class LostRuns {
  constructor(
    private readonly threads: ThreadLog,
    private readonly executions: Pick<StreamLog, 'describe'>,
    private readonly cluster: Pick<Cluster, 'instanceId' | 'isAlive'>,
    events: AbandonedEvents,
  ) {
    events.onHeld((name) => this.#settleIfThere(heldThread('thread', name)));
    // A cancelled run that waited for an answer while no instance ran it.
    events.onEnded(({ channel, source }, { state, reason }) =>
      this.#settleIfThere(textOf(recordOf(source?.input)['threadId']), {
        executionId: channel.id,
        end: state === 'failed' ? LOST : { state, ...(reason !== undefined && { reason }) },
      }),
    );
  }

  /**
   * Ends the runs of a thread that no instance runs any more. Open questions stay open.
   *
   * @param known - the end of one of them, if it is known
   * @throws StreamingError `THREAD_NOT_FOUND` when the thread is deleted meanwhile
   */
  async settle(threadId: string, known?: KnownEnd): Promise<void> {
    const info = await this.threads.describe(threadId);
    if (!info) return;
    const lost = new Map<string, { run: RunRecord; end: RunEnd }>();
    for (const run of await this.#orphansOf(threadDataOf(info))) {
      const isKnown = known?.executionId === run.executionId;
      const end = isKnown ? known.end : await this.#endOf(run);
      if (end) lost.set(run.executionId, { run, end });
    }
    if (lost.size > 0) await this.threads.change(threadId, (data) => withoutLost(data, lost));
  }

  async #settleIfThere(threadId: string | undefined, known?: KnownEnd): Promise<void> {
    if (threadId === undefined) return;
    await this.settle(threadId, known).catch((error: unknown) => {
      if (!isGone(error)) throw error;
    });
  }

  /** The runs of instances that are not alive. */
  async #orphansOf({ runs }: ThreadData): Promise<RunRecord[]> {
    const others = new Set(runs.map(({ instance }) => instance));
    others.delete(this.cluster.instanceId);
    const dead = new Set<string>();
    for (const instance of others) if (!(await this.cluster.isAlive(instance))) dead.add(instance);
    return runs.filter(({ instance }) => dead.has(instance));
  }

  /**
   * How a run of a dead instance ended; undefined while it waits for its answer or continues in another
   * instance.
   */
  async #endOf({ executionId }: RunRecord): Promise<RunEnd | undefined> {
    const info = await this.executions.describe(executionChannel(executionId));
    if (!info) return LOST;
    if (info.endedAt === undefined) return undefined;
    const { state = 'failed', interrupts = [] } = info;
    return state === 'failed' ? LOST : { state, interrupts };
  }
}

function withoutLost(
  given: ThreadData,
  lost: ReadonlyMap<string, { readonly run: RunRecord; readonly end: RunEnd }>,
): ThreadChange<void> {
  let data = given;
  const drafts: UpdateDraft[] = [];
  for (const run of given.runs) {
    const found = lost.get(run.executionId);
    // Another instance may have continued it since.
    if (found?.run.instance !== run.instance) continue;
    const ended = withEndedRun(data, run, found.end);
    data = ended.data;
    drafts.push(ended.draft);
  }
  return drafts.length === 0 ? { result: undefined } : { data, drafts, result: undefined };
}
