import type { InterruptRequest } from '../protocol/stream-update.js';
import type { InterruptResponse } from './execution-source.js';

/** The open questions of an interrupted execution, and the one answer that they get. */
export class PendingInterrupt {
  /** The answer; undefined when the question was withdrawn. */
  readonly response: Promise<InterruptResponse | undefined>;
  #resolve: ((response: InterruptResponse | undefined) => void) | undefined;
  readonly #timer: NodeJS.Timeout;

  constructor(
    readonly requests: readonly InterruptRequest[],
    timeoutMs: number,
    onTimeout: () => void,
  ) {
    this.response = new Promise((resolve) => (this.#resolve = resolve));
    this.#timer = setTimeout(onTimeout, timeoutMs);
    this.#timer.unref();
  }

  /** Whether `response` answers an open question. The first that does settles it. */
  answer(response: InterruptResponse): boolean {
    if (!answersOne(this.requests, response) || !this.#resolve) return false;
    this.#settle(response);
    return true;
  }

  /** Takes the question back: the execution ended. */
  withdraw(): void {
    this.#settle(undefined);
  }

  #settle(response: InterruptResponse | undefined): void {
    clearTimeout(this.#timer);
    this.#resolve?.(response);
    this.#resolve = undefined;
  }
}

/** Whether an answer is that to one of these questions. */
export function answersOne(
  requests: readonly InterruptRequest[],
  { interruptId }: InterruptResponse,
): boolean {
  if (interruptId === undefined) return requests.length === 1;
  return requests.some(({ id }) => id === interruptId);
}
