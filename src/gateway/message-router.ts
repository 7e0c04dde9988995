import type { GatewayErrorHandler } from '../errors/gateway-error-handler.js';
import { StreamingError } from '../errors/streaming.error.js';
import type { Ack, ClientEventName } from '../protocol/client-events.js';
import type { ErrorMessage } from '../protocol/server-events.js';
import { CONFIRMATION_EVENTS } from '../protocol/streaming-gateway-events.js';
import type { GatewayConnection } from './gateway-connection.manager.js';
import type { Handled, MessageHandlers } from './message-handlers.js';
import { isClientEventName, MESSAGE_SCHEMAS } from './message-schemas.js';

/** A handler whose event is only known at run time. */
type AnyHandler = (connection: GatewayConnection, payload: unknown) => Promise<Handled<object>>;

/**
 * Takes every message of the clients of a gateway: validates it, has it handled and answers, through
 * the acknowledgement if the client gave one and otherwise through the confirmation event. Events
 * that are not the protocol's belong to the application's own handlers and are left alone.
 */
export class MessageRouter {
  constructor(
    private readonly handlers: MessageHandlers,
    private readonly errors: GatewayErrorHandler,
    /** Runs before each message. @throws StreamingError to refuse it */
    private readonly admit: (connection: GatewayConnection) => Promise<void>,
  ) {}

  /** Answers one message. Never rejects. */
  async route(
    connection: GatewayConnection,
    event: string,
    args: readonly unknown[],
  ): Promise<void> {
    if (!isClientEventName(event)) return;
    const last = args.at(-1);
    const ack = typeof last === 'function' ? (last as (answer: Ack) => void) : undefined;
    const payload = typeof args[0] === 'function' ? undefined : args[0];
    try {
      await this.admit(connection);
      const { answer, afterwards } = await this.#handle(connection, event, payload);
      if (ack) ack({ ok: true, ...answer });
      else this.#confirm(connection, event, answer);
      await afterwards?.();
    } catch (error) {
      this.#refuse(connection, event, error, ack);
    }
  }

  async #handle(
    connection: GatewayConnection,
    event: ClientEventName,
    payload: unknown,
  ): Promise<Handled<object>> {
    const { success, data, error } = MESSAGE_SCHEMAS[event].safeParse(payload);
    if (!success) {
      const issues = error.issues.map((issue) => ({
        path: issue.path.map(String).join('.') || 'payload',
        message: issue.message,
      }));
      throw new StreamingError(
        'INVALID_PAYLOAD',
        `The payload of ${event} is not valid; see docs/protocol.md.`,
        { issues },
      );
    }
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

  #refuse(
    { id, socket }: GatewayConnection,
    event: string,
    thrown: unknown,
    ack: ((answer: Ack) => void) | undefined,
  ): void {
    const error = this.errors.handle(thrown, { event, connectionId: id });
    if (ack) ack({ ok: false, error });
    else socket.emit('error', toErrorMessage(error, event));
  }
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
