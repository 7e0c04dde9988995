import { within } from '../common/within.js';
import { StreamingError } from '../errors/streaming.error.js';
import type { ExecutionRegistry } from './execution-registry.js';
import type { Execution } from './execution.js';

/** How long closing may take. */
export interface ShutdownOptions {
  /** How long running executions may continue, in milliseconds. */
  readonly drainMs: number;
  /** How long the sources of cancelled executions may clean up, in milliseconds. */
  readonly cleanupMs: number;
  /** Whether other instances can continue executions that wait for an answer. */
  readonly parks: boolean;
}

/** The reason of executions that are cancelled at the end. Viewers get it. */
const REASON = 'The server is stopping.';

/** The message with which `done` of a waiting execution rejects at the end. */
const PARKED =
  'The server is stopping; another instance continues the execution when its question is answered.';

/**
 * The first half of closing. Each step takes a limited time: viewers are told, no execution begins any more,
 * running executions may end by themselves, the others are cancelled or left to other instances, sources
 * clean up, and followers in this process end. Connections and the log are closed afterwards.
 */
export class Shutdown {
  readonly #onDraining: (() => void)[] = [];
  readonly #onDrained: (() => Promise<void> | void)[] = [];
  #drained: Promise<void> | undefined;

  constructor(
    private readonly executions: ExecutionRegistry,
    private readonly options: ShutdownOptions,
  ) {}

  /** Calls `listener` when closing begins. */
  onDraining(listener: () => void): void {
    this.#onDraining.push(listener);
  }

  /** Calls `listener` when nothing runs any more; closing waits for it. */
  onDrained(listener: () => Promise<void> | void): void {
    this.#onDrained.push(listener);
  }

  /** Begins to close, if closing has not begun. Resolves when nothing runs any more. */
  drain(): Promise<void> {
    return (this.#drained ??= this.#drain());
  }

  /** Leaves waiting executions to other instances that can continue them. */
  async #park(executions: readonly Execution[]): Promise<void> {
    if (!this.options.parks) return;
    const waiting = executions.filter(
      ({ state, hold }) => state === 'interrupted' && hold.isResumable,
    );
    await Promise.allSettled(waiting.map((execution) => execution.written()));
    for (const execution of waiting)
      if (execution.state === 'interrupted')
        execution.leave('parked', new StreamingError('SERVER_SHUTDOWN', PARKED));
  }

  async #drain(): Promise<void> {
    const { executions, options } = this;
    for (const listener of this.#onDraining) listener();
    executions.refuse();
    const active = executions.active();
    await this.#park(active);
    const running = active.filter(({ state }) => state === 'running');
    await within(Promise.allSettled(running.map(({ done }) => done)), options.drainMs);
    await this.#park(active);
    const rest = active.filter((execution) => !execution.ended);
    for (const execution of rest) void execution.cancel(REASON);
    await within(Promise.all(rest.map((execution) => execution.settled())), options.cleanupMs);
    executions.endFollowers();
    // Responses that follow end now, so that the HTTP server finds their connections idle.
    await new Promise((resolve) => setImmediate(resolve));
    for (const listener of this.#onDrained) await listener();
  }
}
