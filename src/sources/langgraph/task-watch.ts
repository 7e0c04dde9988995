import { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import { isRecord } from '../../common/is-record.js';
import { originOf, type Origin } from './origin.js';

/** A node starts again, because its retry policy allows this for its error. */
export interface Retry {
  readonly origin: Origin;
  /** Which attempt begins: 2 is the first retry. */
  readonly attempt: number;
}

/** Facts about a task from callbacks, which chunks of the stream do not have. */
interface WatchedTask {
  readonly origin: Origin;
  readonly attempts: number;
  running: boolean;
  /** The error of its last attempt, if it failed. */
  error: unknown;
}

/**
 * Watches the tasks of a run through LangChain's callbacks: their agent, whether they failed (older versions
 * of LangGraph do not report this), and when they are tried again.
 */
export class TaskWatch extends BaseCallbackHandler {
  override readonly name = 'task-watch';
  override readonly awaitHandlers = true;
  override readonly ignoreLLM = true;
  override readonly ignoreAgent = true;
  override readonly ignoreRetriever = true;
  readonly #tasks = new Map<string, WatchedTask>();
  /** The callback runs that are tasks, not parts of a task. */
  readonly #running = new Map<string, WatchedTask>();

  constructor(private readonly onRetry: (retry: Retry) => void) {
    super();
  }

  /** The facts about a task. */
  find(taskId: string): Readonly<WatchedTask> | undefined {
    return this.#tasks.get(taskId);
  }

  override handleChainStart(...args: ChainStart): void {
    const [, , runId, , tags, metadata, , name] = args;
    if (!isRecord(metadata) || name !== metadata['langgraph_node']) return;
    const origin = originOf({ ...metadata, tags });
    if (origin.taskId === undefined) return;
    const known = this.#tasks.get(origin.taskId);
    // A runnable inside a node may have the same name as the node.
    if (known?.running) return;
    const attempts = (known?.attempts ?? 0) + 1;
    const task = { origin, attempts, running: true, error: undefined };
    this.#tasks.set(origin.taskId, task);
    this.#running.set(runId, task);
    if (attempts > 1) this.onRetry({ origin, attempt: attempts });
  }

  override handleChainEnd(_outputs: unknown, runId: string): void {
    this.#end(runId);
  }

  override handleChainError(error: unknown, runId: string): void {
    this.#end(runId, isFailure(error) ? error : undefined);
  }

  #end(runId: string, error?: unknown): void {
    const task = this.#running.get(runId);
    if (task) Object.assign(task, { running: false, error });
    this.#running.delete(runId);
  }
}

/** LangGraph also throws interrupts, and commands to a parent graph. */
function isFailure(error: unknown): boolean {
  return !(isRecord(error) && error['is_bubble_up'] === true);
}

type ChainStart = Parameters<NonNullable<BaseCallbackHandler['handleChainStart']>>;
