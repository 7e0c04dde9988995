import { StreamingError } from '../errors/streaming.error.js';
import type { AnsweredInterrupt, InterruptRequest } from '../protocol/stream-update.js';
import type { InterruptResponse } from '../protocol/interrupt-request.js';

/** The ids of the questions that a response answers; undefined if it does not fit the questions. */
export function answeredBy(
  { interruptId, answers }: InterruptResponse,
  requests: readonly InterruptRequest[],
): readonly string[] | undefined {
  const known = new Set(requests.map(({ id }) => id));
  if (answers) {
    const ids = new Set(answers.map((answer) => answer.interruptId));
    const fits =
      ids.size > 0 && ids.size === answers.length && [...ids].every((id) => known.has(id));
    return fits ? [...ids] : undefined;
  }
  if (interruptId !== undefined) return known.has(interruptId) ? [interruptId] : undefined;
  return known.size === 1 ? [...known] : undefined;
}

/** The questions that a response answers, and who answers them, for viewers. */
export function answeredInterrupts(
  response: InterruptResponse,
  requests: readonly InterruptRequest[],
): AnsweredInterrupt[] {
  const { by } = response;
  const ids = answeredBy(response, requests) ?? [];
  return ids.map((id) => (by === undefined ? { id } : { id, by }));
}

/** The error for an answer that does not fit the open questions. */
export function notInterrupted(): StreamingError {
  return new StreamingError(
    'EXECUTION_NOT_INTERRUPTED',
    'The execution does not wait for this answer. Check the ids of its open questions.',
  );
}

/** The open questions of an interrupted execution, and the one answer that they get. */
export class PendingInterrupt {
  /** The answer; undefined if the execution ended first. */
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
    if (!answeredBy(response, this.requests) || !this.#resolve) return false;
    this.#settle(response);
    return true;
  }

  /** Withdraws the questions, because the execution has ended. */
  withdraw(): void {
    this.#settle(undefined);
  }

  #settle(response: InterruptResponse | undefined): void {
    clearTimeout(this.#timer);
    this.#resolve?.(response);
    this.#resolve = undefined;
  }
}
