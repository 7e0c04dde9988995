import type { EmitOptions, TokenOptions } from '../executions/emitter.js';
import type { Execution } from '../executions/execution.js';
import type { StreamEventName } from '../protocol/stream-event-type.js';

/** Whom a call streams to. */
export interface CallRouting {
  readonly rooms: readonly string[] | undefined;
  readonly targets: readonly string[] | undefined;
  readonly priority: 'normal' | 'high' | undefined;
}

/** Where everything that a call streams goes out: into its execution, to the viewers of its decorator. */
export class CallOutput {
  readonly #defaults: EmitOptions;

  /** @param onIdRead - told when somebody learns the id of the execution */
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

  /** The same output under the name of another node. */
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

/** What is known of a value. */
export interface ItemFacts {
  /** Whether a call inside of this one streamed it. */
  readonly isStreamed: boolean;
  /** Whether it is one of a stream, and not what the method returned. */
  readonly isOfStream: boolean;
}

/** What one decorator does with a call. Any method may throw: the call goes on without it. */
export interface CallPart {
  start?(): void;
  /**
   * The method yielded a value, or returned one that is no stream.
   *
   * @returns whether the value is one that this decorator streams, filtered or not
   */
  item?(value: unknown, facts: ItemFacts): boolean;
  /** The call is over; `value` is what it returned, if that was no stream. */
  complete?(value: unknown): void;
  fail?(): void;
  /** The caller stopped listening before the end. */
  end?(): void;
  /** Resolves when an async iterable may be pulled again. */
  ready?(): Promise<void> | undefined;
}
