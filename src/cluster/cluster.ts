import { isWireCode, StreamingError } from '../errors/streaming.error.js';
import { ERROR_CODES, type StreamingErrorCode } from '../protocol/error-codes.js';
import { HeldExecutions } from './held-executions.js';
import type { ControlMessage, ControlRequestName, ControlRequests } from './control-requests.js';
import type { LeaseEvents, StreamingBackend } from './streaming-backend.js';

/** How long another instance may take to answer, in milliseconds. */
const ANSWER_TIMEOUT_MS = 2_000;

/** What an instance answers, as it travels. */
type Answer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** What all instances answered. */
export interface ClusterAnswers<N extends ControlRequestName> {
  /** That of this instance first. */
  readonly values: readonly ControlRequests[N]['answer'][];
  /** Whether every other instance that is alive did what it was asked for. */
  readonly areComplete: boolean;
}

type Handlers = {
  [N in ControlRequestName]?: (
    request: ControlRequests[N]['request'],
  ) => ControlRequests[N]['answer'] | Promise<ControlRequests[N]['answer']>;
};

/**
 * The instances of the application, this one among them. Whoever wants something of an execution or
 * of clients asks here, and need not know where they are. In this instance a request is a call.
 */
export class Cluster {
  readonly #handlers: Handlers = {};
  /** The executions that this instance answers for. */
  readonly holds: HeldExecutions;

  constructor(private readonly backend: StreamingBackend) {
    this.holds = new HeldExecutions(backend.leases);
  }

  /** Names this instance. */
  get instanceId(): string {
    return this.backend.control.instanceId;
  }

  /** Begins to listen to the other instances, and to live for them. */
  async start(events: LeaseEvents): Promise<void> {
    await this.backend.control.listen((message) => this.#answer(message));
    await this.backend.leases.start(events);
  }

  /** Says who does in this instance what others, or it itself, ask for. */
  handle<N extends ControlRequestName>(name: N, handler: NonNullable<Handlers[N]>): void {
    this.#handlers[name] = handler;
  }

  /** Whether an instance is alive. */
  isAlive(instanceId: string): Promise<boolean> {
    return this.backend.leases.isAlive(instanceId);
  }

  /** Gives up what a dead instance held. */
  release(executionId: string, heldBy: string): Promise<void> {
    return this.backend.leases.release(executionId, heldBy);
  }

  /**
   * Asks one instance.
   *
   * @throws StreamingError `INSTANCE_UNREACHABLE`, and what the instance throws
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
   * @param timeoutMs - how much longer than usual the others may take
   */
  async askAll<N extends ControlRequestName>(
    name: N,
    request: ControlRequests[N]['request'],
    timeoutMs = 0,
  ): Promise<ClusterAnswers<N>> {
    const own = this.#handle(name, request);
    const message = { name, request } as ControlMessage;
    // If it is not known who else is alive, what this instance did counts nevertheless.
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
   * @throws StreamingError `INSTANCE_UNREACHABLE` if one that is alive did not do it; the others have
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

  /** Not an async function, so that what can be done in this instance at once is done at once. */
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

/** Another instance may have what was asked for, and did not say so. */
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
