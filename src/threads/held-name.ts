import { listOf, textOf } from '../common/is-record.js';

/** Why an instance holds a thread: it has runs in the thread, or deletes the thread. */
type Reason = 'thread' | 'deletion';

/** The name by which an instance holds a thread. It is kept among the held executions. */
export function heldName(reason: Reason, threadId: string): string {
  return JSON.stringify([reason, threadId]);
}

/** The thread that is held by this name for this reason; undefined for every other name. */
export function heldThread(reason: Reason, name: string): string | undefined {
  if (!name.startsWith(`["${reason}",`)) return undefined;
  try {
    return textOf(listOf(JSON.parse(name))[1]);
  } catch {
    // The name is the id of an execution.
    return undefined;
  }
}
