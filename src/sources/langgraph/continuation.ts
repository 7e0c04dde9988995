import type { ExecutionContext } from '../../executions/execution-source.js';
import { isRecord } from '../../common/is-record.js';
import { Questions } from './questions.js';

/** The keys that address a checkpoint in the `configurable` part of a run configuration. */
const CHECKPOINT_ADDRESS = ['checkpoint_id', 'checkpoint_map', 'checkpoint_ns'];

/** The facts that an execution remembers of its runs, to continue with the next run. */
export class Continuation {
  readonly questions = new Questions();
  /** The checkpoint where the last run stopped, if it is known. */
  checkpointId: string | undefined;

  /**
   * The `configurable` part of the configuration of a run that continues. A run that was started at an
   * earlier checkpoint has made a new branch, which is the newest of its thread. If the old checkpoint were
   * addressed again, the run would start over, with the answers that are stored there.
   */
  goOn(given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    const entries = Object.entries(given);
    const rest = Object.fromEntries(entries.filter(([key]) => !CHECKPOINT_ADDRESS.includes(key)));
    // Older versions of LangGraph make no new checkpoint before the first step has ended.
    const stayed = given['checkpoint_id'] === this.checkpointId && this.checkpointId !== undefined;
    return stayed ? { ...rest, checkpoint_id: this.checkpointId } : rest;
  }

  /** Follows the chunks of stream mode `checkpoints` of the graph itself. */
  reached(checkpoint: unknown): void {
    const config = isRecord(checkpoint) ? checkpoint['config'] : undefined;
    const configurable = isRecord(config) ? config['configurable'] : undefined;
    const id = isRecord(configurable) ? configurable['checkpoint_id'] : undefined;
    if (typeof id === 'string') this.checkpointId = id;
  }
}

/** Whether a run starts at a checkpoint that the application chose. */
export function isTimeTravel(configurable: Readonly<Record<string, unknown>>): boolean {
  return CHECKPOINT_ADDRESS.some((key) => Boolean(configurable[key]));
}

const continuations = new WeakMap<ExecutionContext, Continuation>();

/** One source may run in several executions. Each execution has its own continuation. */
export function continuationOf(context: ExecutionContext): Continuation {
  let continuation = continuations.get(context);
  if (!continuation) continuations.set(context, (continuation = new Continuation()));
  return continuation;
}
