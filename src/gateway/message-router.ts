import type { GatewayErrorHandler } from '../errors/gateway-error-handler.js';
import { StreamingError } from '../errors/streaming.error.js';
import type { Ack, ClientEventName } from '../protocol/client-events.js';
import type { ErrorMessage } from '../protocol/server-events.js';
import { CONFIRMATION_EVENTS } from '../protocol/streaming-gateway-events.js';
import type { GatewayConnection } from './gateway-connection.manager.js';
import type { Handled, HandledLater, MessageHandlers } from './message-handlers.js';
import { isClientEventName } from './message-schemas.js';
import { PayloadParser, type PayloadLimits } from './parse-payload.js';

/** A handler whose event is only known at run time. */
type AnyHandler = (
  connection: GatewayConnection,
  payload: unknown,
) => Promise<Handled<object> | HandledLater<object>>;

/**
 * Takes every message of the clients of a gateway: validates it, has it handled and answers, through
 * the acknowledgement if the client gave one and otherwise through the confirmation event. Events
 * that are not the protocol's belong to the application's own handlers, if it has one.
 */
export class MessageRouter {
  readonly #parser: PayloadParser;

  constructor(
    private readonly handlers: MessageHandlers,
    private readonly errors: GatewayErrorHandler,
    limits: PayloadLimits,
  ) {
    this.#parser = new PayloadParser(limits);
  }

  /** Answers one message. Never rejects. */
  async route(
    connection: GatewayConnection,
    event: string,
    args: readonly unknown[],
  ): Promise<void> {
    if (!connection.socket.connected) return;
    if (!isClientEventName(event)) {
      if (connection.socket.listenerCount(event) > 0) return;
      this.refuse(connection, event, args, unknownEvent());
      return;
    }
    const payload = typeof args[0] === 'function' ? undefined : args[0];
    const answer = (handled: Handled<object>): void =>
      this.#answer(connection, event, args, handled);
    const refuse = (error: unknown): void => this.refuse(connection, event, args, error);
    try {
      const handled = await this.#handle(connection, event, payload);
      if ('later' in handled) void handled.later(answer).catch(refuse);
      else answer(handled);
    } catch (error) {
      refuse(error);
    }
  }

  #answer(
    connection: GatewayConnection,
    event: ClientEventName,
    args: readonly unknown[],
    { answer, afterwards }: Handled<object>,
  ): void {
    const ack = ackOf(args);
    if (ack) ack({ ok: true, ...answer });
    else this.#confirm(connection, event, answer);
    // Not awaited: a catch-up takes as long as its reader, and what the client sends next, as a
    // cancel, must not wait for it. The client has its answer, so a failure is not another one.
    afterwards?.().catch((error: unknown) =>
      this.errors.handle(error, { event, connectionId: connection.id }),
    );
  }

  /** Answers a message with an error. */
  refuse(
    { id, socket }: GatewayConnection,
    event: string,
    args: readonly unknown[],
    thrown: unknown,
  ): void {
    const error = this.errors.handle(thrown, { event, connectionId: id });
    const ack = ackOf(args);
    if (ack) ack({ ok: false, error });
    else socket.emit('error', toErrorMessage(error, event));
  }

  async #handle(
    connection: GatewayConnection,
    event: ClientEventName,
    payload: unknown,
  ): Promise<Handled<object> | HandledLater<object>> {
    const data = this.#parser.parse(event, payload);
    const handler = this.handlers[event] as AnyHandler;
    return handler.call(this.handlers, connection, data);
  }

  #confirm({ socket }: GatewayConnection, event: ClientEventName, answer: object): void {
    const kind =
      event === 'subscribe_execution' || event === 'unsubscribe_execution'
        ? { type: 'execution' }
        : {};
    // The compiler cannot see that the answer and the confirmation event belong together.
    (socket.emit as (name: string, message: object) => boolean).call(
      socket,
      CONFIRMATION_EVENTS[event],
      {
        ...kind,
        ...answer,
        timestamp: Date.now(),
      },
    );
  }
}

function ackOf(args: readonly unknown[]): ((answer: Ack) => void) | undefined {
  const last = args.at(-1);
  return typeof last === 'function' ? (last as (answer: Ack) => void) : undefined;
}

function unknownEvent(): StreamingError {
  return new StreamingError(
    'INVALID_PAYLOAD',
    'The gateway does not know this event; see docs/protocol.md.',
  );
}

/** An error as the `error` event carries it. */
export function toErrorMessage(
  error: Omit<ErrorMessage, 'type' | 'data' | 'event'>,
  event?: string,
): ErrorMessage {
  const { code, message } = error;
  return {
    type: 'error',
    ...error,
    ...(event === undefined ? {} : { event }),
    data: { code, message },
  };
}
