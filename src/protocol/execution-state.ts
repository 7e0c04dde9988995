/**
 * The state of an execution: it may wait as `queued` until an instance starts it. Then it is `running` until
 * it is `interrupted` (and runs again once that is answered) or ends as `completed`, `failed` or `cancelled`.
 *
 * @publicApi
 */
export type ExecutionState =
  'queued' | 'running' | 'interrupted' | 'completed' | 'failed' | 'cancelled';

/** Whether an execution in this state produces no further update. */
export function isTerminalState(state: ExecutionState): boolean {
  return ['completed', 'failed', 'cancelled'].includes(state);
}
