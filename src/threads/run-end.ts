import type { ExecutionResult } from '../executions/execution.js';
import type { UpdateDraft } from '../log/log-entry.js';
import type { InterruptRequest } from '../protocol/stream-update.js';
import type { ThreadRunData } from '../protocol/thread-updates.js';
import { withoutRuns, type RunRecord, type ThreadData } from './thread-data.js';
import { threadUpdate } from './thread-log.js';

/** How a run ended. */
export interface RunEnd extends Pick<ThreadRunData, 'state' | 'reason'> {
  /** The questions that stay open. */
  readonly interrupts?: readonly InterruptRequest[];
  /** Where the next run begins. Without it, the next run begins at the newest checkpoint. */
  readonly from?: string | undefined;
}

/** The end of a run whose execution has settled. */
export function endOf(result: ExecutionResult): RunEnd {
  if (result.state === 'completed') return { state: 'completed' };
  const { state, reason } = result;
  return reason === undefined ? { state } : { state, reason };
}

/** Returns the data of a thread after one of its runs has ended, and the update for viewers. */
export function withEndedRun(
  data: ThreadData,
  { executionId, isVoid, before = null }: RunRecord,
  { interrupts = [], from: next, ...end }: RunEnd,
): { readonly data: ThreadData; readonly draft: UpdateDraft } {
  const isOpen = interrupts.length > 0;
  const from = isVoid ? before : next;
  return {
    data: {
      ...withoutRuns(data, [executionId]),
      ...(from !== undefined && { from }),
      ...(isOpen && { open: { executionId, interrupts } }),
    },
    draft: threadUpdate('run:end', {
      executionId,
      ...end,
      ...(isOpen && { interrupts }),
      ...(isVoid && { void: true }),
    }),
  };
}
