import { isWireCode, StreamingError } from '../errors/streaming.error.js';
import { ERROR_CODES, type StreamingErrorCode } from '../protocol/error-codes.js';
import { HeldExecutions } from './held-executions.js';
import type { ControlMessage, ControlRequestName, ControlRequests } from './control-requests.js';
import type { LeaseEvents, StreamingBackend } from './streaming-backend.js';

/** How long another instance may take to answer, in milliseconds. */
const ANSWER_TIMEOUT_MS = 2_000;

/** The answer of an instance, as it travels. */
type Answer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** The answers of all instances. */
export interface ClusterAnswers<N extends ControlRequestName> {
  /** The answer of this instance comes first. */
  readonly values: readonly ControlRequests[N]['answer'][];
  /** Whether every other living instance did what it was asked to do. */
  readonly areComplete: boolean;
}

type Handlers = {
  [N in ControlRequestName]?: (
    request: ControlRequests[N]['request'],
  ) => ControlRequests[N]['answer'] | Promise<ControlRequests[N]['answer']>;
};

/**
 * The instances of the application, including this one. Code that needs an execution or clients sends a
 * request here, and need not know in which instance they are. In this instance, a request is a function call.
 */
export class Cluster {
  readonly #handlers: Handlers = {};
  /** The executions that this instance is responsible for. */
  readonly holds: HeldExecutions;

  constructor(private readonly backend: StreamingBackend) {
    this.holds = new HeldExecutions(backend.leases);
  }

  /** The id of this instance. */
  get instanceId(): string {
    return this.backend.control.instanceId;
  }

  /** Begins to handle requests of the other instances, and to count as alive. */
  async start(events: LeaseEvents): Promise<void> {
    await this.backend.control.listen((message) => this.#answer(message));
    await this.backend.leases.start(events);
  }

  /** Sets the handler in this instance for a request of any instance. */
  handle<N extends ControlRequestName>(name: N, handler: NonNullable<Handlers[N]>): void {
    this.#handlers[name] = handler;
  }

  /** Whether an instance is alive. */
  isAlive(instanceId: string): Promise<boolean> {
    return this.backend.leases.isAlive(instanceId);
  }

  /** Releases the executions that a dead instance held. */
  release(executionId: string, heldBy: string): Promise<void> {
    return this.backend.leases.release(executionId, heldBy);
  }

  /**
   * Asks one instance.
   *
   * @throws StreamingError `INSTANCE_UNREACHABLE`, and the errors of the instance
   */
  async ask<N extends ControlRequestName>(
    instanceId: string,
    name: N,
    request: ControlRequests[N]['request'],
  ): Promise<ControlRequests[N]['answer']> {
    if (instanceId === this.instanceId) return this.#handle(name, request);
    const message = { name, request } as ControlMessage;
    const answer = await this.backend.control.ask(instanceId, message, ANSWER_TIMEOUT_MS);
    return valueOf(answer as Answer) as ControlRequests[N]['answer'];
  }

  /**
   * Asks every instance, this one first.
   *
   * @param timeoutMs - additional time for the other instances, in milliseconds
   */
  async askAll<N extends ControlRequestName>(
    name: N,
    request: ControlRequests[N]['request'],
    timeoutMs = 0,
  ): Promise<ClusterAnswers<N>> {
    const own = this.#handle(name, request);
    const message = { name, request } as ControlMessage;
    // If it is not known which instances are alive, the answer of this instance still counts.
    const others = this.backend.control
      .askOthers(message, ANSWER_TIMEOUT_MS + timeoutMs)
      .catch(() => [undefined]);
    const [first, rest] = await Promise.all([own, others]);
    const answers = rest as readonly (Answer | undefined)[];
    const values = answers.flatMap((answer) => (answer?.ok ? [answer.value] : []));
    return {
      values: [first, ...(values as ControlRequests[N]['answer'][])],
      areComplete: values.length === answers.length,
    };
  }

  /**
   * Asks every instance, this one first.
   *
   * @throws StreamingError `INSTANCE_UNREACHABLE` if a living instance did not do it; the others did it
   */
  async demandAll<N extends ControlRequestName>(
    name: N,
    request: ControlRequests[N]['request'],
    timeoutMs = 0,
  ): Promise<ClusterAnswers<N>['values']> {
    const { values, areComplete } = await this.askAll(name, request, timeoutMs);
    if (!areComplete) throw someUnreachable();
    return values;
  }

  /** Not an async function, so that a request to this instance is handled synchronously. */
  #handle<N extends ControlRequestName>(
    name: N,
    request: ControlRequests[N]['request'],
  ): ControlRequests[N]['answer'] | Promise<ControlRequests[N]['answer']> {
    const handler = this.#handlers[name];
    if (!handler) throw new TypeError(`Nobody handles "${name}" in this instance.`);
    return handler(request);
  }

  async #answer({ name, request }: ControlMessage): Promise<Answer> {
    try {
      return { ok: true, value: await this.#handle<ControlRequestName>(name, request) };
    } catch (error) {
      if (!StreamingError.isInstance(error) || !isWireCode(error.code))
        return { ok: false, code: 'INTERNAL_ERROR', message: ERROR_CODES.INTERNAL_ERROR.meaning };
      return { ok: false, code: error.code, message: error.message };
    }
  }
}

/** The error if another instance does not answer that may have what was asked for. */
export function someUnreachable(): StreamingError {
  return new StreamingError(
    'INSTANCE_UNREACHABLE',
    'Another instance does not answer. Try again in a moment.',
  );
}

function valueOf(answer: Answer): unknown {
  if (answer.ok) return answer.value;
  const code: StreamingErrorCode = isWireCode(answer.code) ? answer.code : 'INTERNAL_ERROR';
  throw new StreamingError(code, answer.message);
}
