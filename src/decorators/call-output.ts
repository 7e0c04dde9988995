import type { EmitOptions, TokenOptions } from '../executions/emitter.js';
import type { Execution } from '../executions/execution.js';
import type { StreamEventName } from '../protocol/stream-event-type.js';

/** The viewers of a call. */
export interface CallRouting {
  readonly rooms: readonly string[] | undefined;
  readonly targets: readonly string[] | undefined;
  readonly priority: 'normal' | 'high' | undefined;
}

/** The output of a call. It goes into the execution, to the viewers that the decorator selects. */
export class CallOutput {
  readonly #defaults: EmitOptions;

  /** @param onIdRead - called when the id of the execution becomes known outside */
  constructor(
    readonly execution: Execution,
    readonly nodeId: string,
    readonly routing: CallRouting,
    private readonly onIdRead: () => void,
  ) {
    this.#defaults = { nodeId, ...routing };
  }

  get executionId(): string {
    this.onIdRead();
    return this.execution.executionId;
  }

  /** Returns the same output for another node. */
  ofNode(nodeId: string | undefined): CallOutput {
    if (nodeId === undefined || nodeId === this.nodeId) return this;
    return new CallOutput(this.execution, nodeId, this.routing, this.onIdRead);
  }

  emit(type: StreamEventName, data: unknown, options: EmitOptions = {}): void {
    this.execution.context.emit(type, data, { ...this.#defaults, ...options });
  }

  token(content: string, options: TokenOptions = {}): void {
    this.execution.context.token(content, { ...this.#defaults, ...options });
  }

  /** Sends the node's tokens that wait to be joined, and resolves when they are in the log. */
  flush(): Promise<void> {
    return this.execution.flush(this.nodeId);
  }
}

/** Facts about a value. */
export interface ItemFacts {
  /** Whether a call inside of this one streamed it. */
  readonly isStreamed: boolean;
  /** Whether it is an item of a stream, not the returned value itself. */
  readonly isOfStream: boolean;
}

/** The part of one decorator in a call. If a method throws, the call continues without this part. */
export interface CallPart {
  start?(): void;
  /**
   * The method yielded a value, or returned a value that is not a stream.
   *
   * @returns whether this decorator streams such values, even if its filter drops this value
   */
  item?(value: unknown, facts: ItemFacts): boolean;
  /** The call has ended. `value` is the returned value, if it is not a stream. */
  complete?(value: unknown): void;
  fail?(): void;
  /** The caller stopped listening before the end. */
  end?(): void;
  /** Resolves when an async iterable may be pulled again. */
  ready?(): Promise<void> | undefined;
}
