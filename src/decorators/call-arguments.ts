import type { ExecutionRegistry } from '../executions/execution-registry.js';
import { isRecord } from '../common/is-record.js';

/**
 * The execution that a call's arguments name: by LangGraph's config (`configurable.thread_id`,
 * `configurable.run_id`) or by a state's `executionId`. One that is active counts before one that is
 * not.
 */
export function findExecutionId(
  args: readonly unknown[],
  executions: ExecutionRegistry,
): string | undefined {
  const records = args.filter(isRecord);
  const configurables = records.map(({ configurable }) => configurable).filter(isRecord);
  const named = [
    ...configurables.map(({ thread_id: threadId }) => threadId),
    ...configurables.map(({ run_id: runId }) => runId),
    ...records.map(({ executionId }) => executionId),
  ].filter(isId);
  return named.find((id) => executions.get(id)?.ended === false) ?? named[0];
}

/** The LangGraph node that a call is, when the graph called it. */
export function findGraphNode(args: readonly unknown[]): string | undefined {
  for (const arg of args) {
    const metadata = isRecord(arg) ? arg['metadata'] : undefined;
    const node = isRecord(metadata) ? metadata['langgraph_node'] : undefined;
    if (typeof node === 'string') return node;
  }
  return undefined;
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
