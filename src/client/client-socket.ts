import type { Socket } from 'socket.io-client';
import type {
  Ack,
  AckCallback,
  ClientEventName,
  ClientToServerEvents,
} from '../protocol/client-events.js';
import type { ErrorBody } from '../protocol/error-codes.js';
import type { ServerToClientEvents } from '../protocol/server-events.js';
import { isErrorBody, StreamingClientError } from './streaming-client.error.js';

/**
 * A Socket.IO client socket with the types of the gateway's events.
 *
 * @publicApi
 */
export type ClientSocket = Socket<ServerToClientEvents, ClientToServerEvents>;

/** The payload of a client event. */
export type PayloadOf<TName extends ClientEventName> = NonNullable<
  Parameters<ClientToServerEvents[TName]>[0]
>;

/** The answer of the server to a client event. */
export type AnswerOf<TName extends ClientEventName> =
  NonNullable<Parameters<ClientToServerEvents[TName]>[1]> extends AckCallback<infer TAnswer>
    ? TAnswer
    : never;

/** The result of a request. */
export type RequestResult<TAnswer> =
  | { readonly ok: true; readonly answer: TAnswer }
  | { readonly ok: false; readonly error: StreamingClientError };

/** `socket.timeout()` as it is, without the generic arguments that TypeScript cannot follow here. */
interface AcknowledgedEmitter {
  emit(
    event: string,
    ...payloadAndAck: [...unknown[], (timeout: Error | null, answer: unknown) => void]
  ): unknown;
}

/**
 * Sends an event, and calls back with the answer in the same turn of the event loop in which it arrives. A promise
 * would settle later, after the updates that follow the answer. If JSON cannot express the payload, such as a cycle
 * or a BigInt, the result is `INVALID_PAYLOAD`.
 */
export function sendRequest<TAnswer>(
  socket: ClientSocket,
  event: string,
  payload: unknown,
  timeoutMs: number,
  read: (event: string, answer: unknown) => RequestResult<TAnswer>,
  onResult: (result: RequestResult<TAnswer>) => void,
): void {
  const emitter = socket.timeout(timeoutMs) as AcknowledgedEmitter;
  try {
    emitter.emit(event, ...(payload === undefined ? [] : [payload]), (timeout, answer) => {
      if (timeout) onResult({ ok: false, error: unansweredError(socket, event) });
      else onResult(read(event, answer));
    });
  } catch (error) {
    onResult({ ok: false, error: new StreamingClientError('INVALID_PAYLOAD', String(error)) });
  }
}

function unansweredError(socket: ClientSocket, event: string): StreamingClientError {
  return socket.connected
    ? new StreamingClientError('REQUEST_TIMEOUT', `"${event}" got no answer.`)
    : connectionLost(`"${event}" got no answer`);
}

export function connectionLost(what: string): StreamingClientError {
  return new StreamingClientError('CONNECTION_LOST', `${what}: connection lost.`);
}

/** Reads the answer to an event of the protocol. */
export function readAnswer<TAnswer extends object>(
  event: string,
  answer: unknown,
): RequestResult<TAnswer> {
  if (isAck<TAnswer>(answer)) return answer.ok ? { ok: true, answer } : refused(answer.error);
  return {
    ok: false,
    error: new StreamingClientError('INVALID_ANSWER', `"${event}" got no valid answer.`),
  };
}

export function refused(body: ErrorBody): RequestResult<never> {
  return { ok: false, error: StreamingClientError.fromBody(body) };
}

/** Whether a value is an answer of the protocol. */
export function isAck<TAnswer extends object>(value: unknown): value is Ack<TAnswer> {
  const { ok, error } = Object(value) as { readonly ok?: unknown; readonly error?: unknown };
  return ok === true || (ok === false && isErrorBody(error));
}
