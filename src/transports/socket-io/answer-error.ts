import type { GatewayErrorHandler } from '../../errors/gateway-error-handler.js';
import { toErrorMessage } from '../../gateway/error-message.js';
import type { GatewaySocket } from '../../gateway/socket-types.js';
import type { Ack } from '../../protocol/client-events.js';

/** The acknowledgement of a message. */
export type AnswerMessage = (answer: Ack) => void;

/** A message of a client to a handler of the application. */
interface OwnMessage {
  readonly socket: GatewaySocket;
  readonly event: string;
  /** Without it, the client asked for no answer, and gets the error as an event. */
  readonly answer: AnswerMessage | undefined;
}

/** Answers a message with an error, in the same way as the gateway does. */
export function answerError(
  errors: GatewayErrorHandler,
  thrown: unknown,
  { socket, event, answer }: OwnMessage,
): void {
  const error = errors.handle(thrown, { event, connectionId: socket.id });
  if (answer) answer({ ok: false, error });
  else socket.emit('error', toErrorMessage(error, event));
}
