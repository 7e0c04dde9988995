import { isRecord } from '../common/is-record.js';
import type { KnownExecution } from '../executions/ended-execution.js';
import type { ExecutionHold } from '../executions/execution-hold.js';
import type { ExecutionRegistry } from '../executions/execution-registry.js';
import type { Execution } from '../executions/execution.js';

/** An execution for the time of one call. */
export interface ExecutionLease {
  readonly execution: Execution;
  /** Ends the execution if the call was the last that needs it. */
  release(outcome?: { readonly error: unknown }): void;
}

interface OpenedExecution {
  readonly execution: Execution;
  calls: number;
  failure: { readonly error: unknown } | undefined;
}

/** Executions that decorated calls open. Calls that name the same execution share it. */
export class ExecutionLeases {
  readonly #opened = new Map<string, OpenedExecution>();
  /**
   * The holds of executions that may be opened again, because no application code runs them. Unlike its
   * execution, a hold is kept after the end.
   */
  readonly #ours = new WeakSet<ExecutionHold>();
  /** Executions whose id is known nowhere outside, so that no viewer can follow them. */
  readonly #unknown = new WeakSet<Execution>();

  constructor(private readonly executions: ExecutionRegistry) {}

  /**
   * Returns the execution that the arguments of a call name, or a new execution.
   *
   * @throws StreamingError `LIMIT_EXCEEDED`
   */
  acquire(args: readonly unknown[]): ExecutionLease {
    const executionId = findExecutionId(args, this.executions);
    const known = executionId === undefined ? undefined : this.executions.get(executionId);
    const opened = executionId === undefined ? undefined : this.#opened.get(executionId);
    if (opened && !opened.execution.ended) return this.#hold(opened);
    if (known && !known.ended) return { execution: known, release: () => undefined };
    const execution = this.#open(executionId, known);
    this.#ours.add(execution.hold);
    if (execution.executionId !== executionId) this.#unknown.add(execution);
    const fresh = { execution, calls: 0, failure: undefined };
    this.#opened.set(execution.executionId, fresh);
    return this.#hold(fresh);
  }

  /**
   * The id of an execution becomes known to the application or to viewers, so it may be followed from now on.
   */
  tellIdOf(execution: Execution): void {
    this.#unknown.delete(execution);
  }

  /** An ended execution of the application keeps its updates, so the call gets another id. */
  #open(executionId: string | undefined, ended: KnownExecution | undefined): Execution {
    if (!ended) return this.executions.open({ executionId, joins: true });
    return this.#ours.has(ended.hold) ? this.executions.reopen(ended) : this.executions.open();
  }

  #hold(opened: OpenedExecution): ExecutionLease {
    const { execution } = opened;
    let held = true;
    opened.calls += 1;
    return {
      execution,
      release: (outcome) => {
        if (!held) return;
        held = false;
        opened.calls -= 1;
        opened.failure ??= outcome;
        if (opened.calls === 0) this.#close(opened);
      },
    };
  }

  #close({ execution, failure }: OpenedExecution): void {
    if (this.#opened.get(execution.executionId)?.execution === execution) {
      this.#opened.delete(execution.executionId);
    }
    void (failure ? execution.fail(failure.error) : execution.complete());
    if (this.#unknown.has(execution)) {
      this.executions.forget(execution.executionId).catch(() => undefined);
    }
  }
}

/**
 * The execution that a call's arguments name: by LangGraph's config (`configurable.thread_id`,
 * `configurable.run_id`) or by a state's `executionId`. An active execution has priority.
 */
function findExecutionId(
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
  return named.find((id) => executions.getActive(id)) ?? named[0];
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
