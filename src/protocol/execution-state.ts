/**
 * The state of an execution. It may be `queued` until an instance starts it. Then it is `running`. While it
 * waits for an answer it is `interrupted`, and then `running` again. It ends as `completed`, `failed` or
 * `cancelled`.
 *
 * @publicApi
 */
export type ExecutionState =
  'queued' | 'running' | 'interrupted' | 'completed' | 'failed' | 'cancelled';

/** Whether an execution in this state has ended, so that no more updates follow. */
export function isTerminalState(state: ExecutionState): boolean {
  return ['completed', 'failed', 'cancelled'].includes(state);
}
