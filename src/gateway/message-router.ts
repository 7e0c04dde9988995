import type { GatewayErrorHandler } from '../errors/gateway-error-handler.js';
import { StreamingError } from '../errors/streaming.error.js';
import type { ClientEventName } from '../protocol/client-events.js';
import { CONFIRMATION_EVENTS } from '../protocol/streaming-gateway-events.js';
import type { ClientMessage } from './client-message.js';
import { toErrorMessage } from './error-message.js';
import type { GatewayConnection } from './gateway-connection.manager.js';
import type { AnswerOf, Handled, HandledLater } from './message-handler.js';
import type { MessageHandlers } from './message-handlers.js';
import { isClientEventName } from './message-schemas.js';
import { PayloadParser, type PayloadLimits } from './parse-payload.js';
import type { ThreadHandlers } from './thread-handlers.js';

/** A handler of an event that is only known at run time. */
type AnyHandler<E extends ClientEventName> = (
  connection: GatewayConnection,
  payload: unknown,
) => Promise<Handled<AnswerOf<E>> | HandledLater<AnswerOf<E>>>;

/** How many characters of the name of an event its error repeats. */
const MAX_EVENT_LENGTH = 256;

/**
 * Handles every message of the clients of a gateway: validates it, calls its handler and answers. The answer
 * goes through the acknowledgement if the client gave one, otherwise as a confirmation event. Events that are
 * not in the protocol belong to the application's own handlers.
 */
export class MessageRouter {
  readonly #parser: PayloadParser;

  constructor(
    private readonly handlers: MessageHandlers,
    private readonly threadHandlers: ThreadHandlers,
    private readonly errors: GatewayErrorHandler,
    limits: PayloadLimits,
  ) {
    this.#parser = new PayloadParser(limits);
  }

  /** Answers one message. Never rejects. */
  async route(connection: GatewayConnection, message: ClientMessage): Promise<void> {
    if (!connection.connected) return;
    const { event, payload, answer: reply } = message;
    if (!isClientEventName(event)) {
      if (!message.isTaken()) this.refuse(connection, message, unknownEvent());
      return;
    }
    const answer = (handled: Handled<object>): void =>
      this.#answer(connection, event, reply, handled);
    const refuse = (error: unknown): void => this.refuse(connection, message, error);
    try {
      const handled = await this.handle(connection, event, payload);
      if ('later' in handled) void handled.later(answer).catch(refuse);
      else answer(handled);
    } catch (error) {
      refuse(error);
    }
  }

  #answer(
    connection: GatewayConnection,
    event: ClientEventName,
    reply: ClientMessage['answer'],
    { answer, afterwards }: Handled<object>,
  ): void {
    if (reply) reply({ ok: true, ...answer });
    else confirm(connection, event, answer);
    // Not awaited: a catch-up takes as long as its reader, and the client's next message, such as a cancel,
    // must not wait for it. The client already has its answer, so a failure gives no second answer.
    afterwards?.().catch((error: unknown) =>
      this.errors.handle(error, { event, connectionId: connection.id }),
    );
  }

  /** Answers a message with an error. */
  refuse(
    { id, session }: GatewayConnection,
    { event, answer }: ClientMessage,
    thrown: unknown,
  ): void {
    const error = this.errors.handle(thrown, { event, connectionId: id });
    if (answer) answer({ ok: false, error });
    else session.send('error', toErrorMessage(error, event.slice(0, MAX_EVENT_LENGTH)));
  }

  /**
   * Calls the handler of an event of the protocol.
   *
   * @throws StreamingError `INVALID_PAYLOAD` and those of the event; see docs/protocol.md
   */
  handle<E extends ClientEventName>(
    connection: GatewayConnection,
    event: E,
    payload: unknown,
  ): Promise<Handled<AnswerOf<E>> | HandledLater<AnswerOf<E>>> {
    const data = this.#parser.parse(event, payload);
    const handlers = event in this.handlers ? this.handlers : this.threadHandlers;
    const handler = handlers[event as keyof typeof handlers] as unknown as AnyHandler<E>;
    return handler.call(handlers, connection, data);
  }
}

/** Answers with the confirmation event of the message, and a time. */
function confirm({ session }: GatewayConnection, event: ClientEventName, answer: object): void {
  const isExecution = event === 'subscribe_execution' || event === 'unsubscribe_execution';
  const message = { ...(isExecution && { type: 'execution' }), ...answer, timestamp: Date.now() };
  // The compiler cannot see that the answer and the confirmation event belong together.
  (session.send as (event: string, message: object) => void).call(
    session,
    CONFIRMATION_EVENTS[event],
    message,
  );
}

function unknownEvent(): StreamingError {
  return new StreamingError(
    'INVALID_PAYLOAD',
    'The gateway does not know this event; see docs/protocol.md.',
  );
}
