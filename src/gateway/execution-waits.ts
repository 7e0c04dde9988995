import { StreamingError } from '../errors/streaming.error.js';
import type { StreamLog } from '../log/stream-log.js';
import { executionChannel } from '../protocol/channel.js';
import type { GatewayConnection } from './gateway-connection.manager.js';

/** How often the log is asked for an execution that another instance may have opened, in milliseconds. */
const LOOK_INTERVAL_MS = 500;

/** Lets clients wait for executions that they cannot see yet. */
export class ExecutionWaits {
  /** The functions that wake waits for an execution that this instance opens. */
  readonly #wake = new Map<string, Set<() => void>>();

  /** @param maxPerConnection - how many executions one connection may wait for */
  constructor(
    private readonly log: StreamLog,
    private readonly maxPerConnection: number,
  ) {}

  /** An execution was opened in this process. */
  opened(executionId: string): void {
    for (const wake of this.#wake.get(executionId) ?? []) wake();
  }

  /** The present epoch of the execution's log. Pass it to {@link wait}. */
  async epochOf(executionId: string): Promise<string | undefined> {
    return (await this.log.describe(executionChannel(executionId)))?.epoch;
  }

  /**
   * Attempts to follow an execution each time it is opened. The wait takes equally long for an execution that
   * does not exist and for an execution that the client may not see.
   *
   * @param seen - the epoch for which the attempt has already failed
   * @throws StreamingError `EXECUTION_NOT_FOUND` after `waitForMs`, or as soon as the client
   * unsubscribes, subscribes again or is gone; `LIMIT_EXCEEDED`; or the errors of `attempt`
   */
  async wait(
    connection: GatewayConnection,
    executionId: string,
    waitForMs: number,
    seen: string | undefined,
    attempt: () => Promise<void>,
  ): Promise<void> {
    const signal = this.#begin(connection, executionId, waitForMs);
    let known = seen;
    try {
      for (;;) {
        known = await this.#untilOpened(executionId, known, signal);
        if (signal.aborted) throw executionNotFound();
        if (await attempt().then(isDone, isNotDone)) return;
      }
    } finally {
      connection.endWait(executionId, signal);
    }
  }

  #begin(connection: GatewayConnection, executionId: string, waitForMs: number): AbortSignal {
    connection.stopWaiting(executionId);
    if (connection.waits >= this.maxPerConnection) {
      throw new StreamingError(
        'LIMIT_EXCEEDED',
        'This connection already waits for as many executions as it may. Unsubscribe from some of them first.',
      );
    }
    return connection.beginWait(executionId, waitForMs);
  }

  /** Resolves with the epoch of the execution when it differs from `known`, or on abort. */
  async #untilOpened(
    executionId: string,
    known: string | undefined,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    while (!signal.aborted) {
      const wakened = this.#wakened(executionId, signal);
      const epoch = await this.epochOf(executionId);
      if (epoch !== undefined && epoch !== known) return epoch;
      await wakened;
    }
    return known;
  }

  /** Resolves when the log must be asked again. */
  #wakened(executionId: string, signal: AbortSignal): Promise<void> {
    const waiting = this.#wake.get(executionId) ?? new Set();
    this.#wake.set(executionId, waiting);
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        waiting.delete(wake);
        if (waiting.size === 0 && this.#wake.get(executionId) === waiting)
          this.#wake.delete(executionId);
        resolve();
      };
      const timer = setTimeout(wake, LOOK_INTERVAL_MS);
      signal.addEventListener('abort', wake);
      waiting.add(wake);
      if (signal.aborted) wake();
    });
  }
}

const isDone = (): boolean => true;

function isNotDone(error: unknown): boolean {
  if (isNotFound(error)) return false;
  throw error;
}

/** Whether an error means that the client cannot see an execution. */
export function isNotFound(error: unknown): boolean {
  return StreamingError.isInstance(error) && error.code === 'EXECUTION_NOT_FOUND';
}

/** The answer is the same for an execution that does not exist and for a foreign execution. */
export const executionNotFound = (): StreamingError =>
  new StreamingError('EXECUTION_NOT_FOUND', 'There is no such execution, or it is not yours.');
