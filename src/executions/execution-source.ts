import type { InterruptRequest } from '../protocol/stream-update.js';
import type { Emitter } from './emitter.js';

/**
 * What a running source can do.
 *
 * @publicApi
 */
export interface ExecutionContext extends Emitter {
  readonly executionId: string;
  /** Aborts when the execution is cancelled. Pass it on to whatever you wait for. */
  readonly signal: AbortSignal;
  /**
   * How large the data of an update may be, in bytes of JSON; larger data is left out. A source can save
   * itself the work of making it.
   */
  readonly maxUpdateBytes?: number | undefined;
  /**
   * Resolves when the execution can take more, and lets the event loop turn now and then, so that
   * a source which never waits can be cancelled. A source that produces faster than the log takes
   * should await this; iterables are pulled no faster than it allows.
   */
  ready(): Promise<void>;
}

/** How a run of a source ended. */
export type SourceOutcome =
  | {
      readonly state: 'completed';
      readonly result?: unknown;
      /** Questions that stay open: another run can go on with their answers. */
      readonly interrupts?: readonly InterruptRequest[];
    }
  | { readonly state: 'interrupted'; readonly interrupts: readonly InterruptRequest[] };

/** The answer to an interrupt, or to several. */
export interface InterruptResponse {
  /** Which question; absent when only one is open. */
  readonly interruptId?: string | undefined;
  readonly value?: unknown;
  /** Answers to several questions at once, in place of `interruptId` and `value`. */
  readonly answers?:
    readonly { readonly interruptId: string; readonly value: unknown }[] | undefined;
  /** The id of the principal that answers; viewers learn it. */
  readonly by?: string | undefined;
  /** Written into the state of the graph with the answer. */
  readonly update?: Readonly<Record<string, unknown>> | undefined;
  /** The nodes where the graph continues. */
  readonly goto?: string | readonly string[] | undefined;
}

/**
 * Work that an execution runs. Iterables, Observables and functions are wrapped in one; `langGraph`
 * makes one of a graph. Implement it to stream something else.
 *
 * @publicApi
 */
export interface ExecutionSource {
  /** Runs from the start, until it completes, is interrupted, or throws. */
  run(context: ExecutionContext): Promise<SourceOutcome>;
  /** Goes on after an interrupt. A source that is never interrupted has none. */
  resume?(context: ExecutionContext, response: InterruptResponse): Promise<SourceOutcome>;
}
