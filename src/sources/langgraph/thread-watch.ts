import { isRecord } from '../../common/is-record.js';
import { adviseSource } from '../../executions/report-source-fault.js';
import type { StreamableGraph } from './streamable-graph.js';

/** The execution that runs in each thread, by the checkpointer that keeps the thread. */
const running = new WeakMap<object, Map<unknown, string>>();

/**
 * A run enters a thread. Warns if another run is in the thread: both begin with the same state, and the run
 * that ends last overwrites the state of the other.
 *
 * @returns a function by which the run leaves
 */
export function enterThread(
  graph: StreamableGraph,
  threadId: unknown,
  executionId: string,
): () => void {
  const checkpointer: unknown = 'checkpointer' in graph ? graph.checkpointer : undefined;
  if (!isRecord(checkpointer)) return () => undefined;
  const threads = running.get(checkpointer) ?? new Map<unknown, string>();
  running.set(checkpointer, threads);
  const other = threads.get(threadId);
  if (other !== undefined)
    adviseSource(
      `two runs in thread ${String(threadId)}`,
      `Execution ${executionId} began in thread ${String(threadId)} while ${other} was running in it. LangGraph ` +
        'keeps the state of only one of them. Wait for the first, or start runs with `ThreadService`, whose ' +
        '`multitask` queues, rejects, interrupts or rolls back.',
    );
  threads.set(threadId, executionId);
  return () => {
    if (threads.get(threadId) === executionId) threads.delete(threadId);
  };
}
