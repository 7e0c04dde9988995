import type { InterruptRequest, InterruptResponse } from '../protocol/interrupt-request.js';
import type { Emitter } from './emitter.js';

/**
 * What a running source gets: its id, the signal of its cancellation, and the functions that emit updates.
 *
 * @publicApi
 */
export interface ExecutionContext extends Emitter {
  /** The id of the execution. */
  readonly executionId: string;
  /** Aborts when the execution is cancelled. Pass it to every call that you wait for, such as `fetch`. */
  readonly signal: AbortSignal;
  /**
   * The largest `data` of an update, in bytes of JSON. Larger data is replaced by `{ omitted }`. A source can
   * read this number to avoid the work of making data that is too large.
   */
  readonly maxUpdateBytes?: number | undefined;
  /**
   * Resolves when the execution can take more updates. Await it before you emit more, if your source can be
   * faster than the log. For iterables the execution does this itself. The call also gives other tasks a turn
   * from time to time, so that a busy source can be cancelled.
   */
  readonly ready: () => Promise<void>;
}

/** How a run of a source ended. */
export type SourceOutcome =
  | {
      readonly state: 'completed';
      readonly result?: unknown;
      /** Questions that stay open. A later run can continue with the answers. */
      readonly interrupts?: readonly InterruptRequest[];
    }
  | { readonly state: 'interrupted'; readonly interrupts: readonly InterruptRequest[] };

/**
 * Work that an execution runs. `langGraph` makes one from a graph, and the library makes one from an
 * iterable, an Observable or a function. Implement it to stream anything else.
 *
 * @publicApi
 */
export interface ExecutionSource {
  /** Runs the work from the start, until it completes, is interrupted or throws. */
  run(context: ExecutionContext): Promise<SourceOutcome>;
  /**
   * Continues after an interrupt, with the answer. A source that never returns `interrupted` does not need
   * this method.
   */
  resume?(context: ExecutionContext, response: InterruptResponse): Promise<SourceOutcome>;
}
