import { isAck, refused, type RequestResult } from './client-socket.js';
import type { Connection } from './connection.js';
import { callIsolated } from './emitter.js';

/** Sends an event of the application. @throws StreamingClientError when it fails */
export function requestEvent<TAnswer>(
  connection: Connection,
  event: string,
  payload: unknown,
): Promise<TAnswer> {
  return connection.ask(event, payload, readAnswerOf<TAnswer>);
}

/** Listens to an event of the application. @returns a function that removes the listener */
export function listenToEvent(
  { socket }: Connection,
  event: string,
  listener: (payload: never) => unknown,
): () => void {
  const handle = (...args: unknown[]): void => {
    const acknowledge = typeof args.at(-1) === 'function' ? args.pop() : undefined;
    const answer = callIsolated(listener as (payload: unknown) => unknown, args[0]);
    if (acknowledge) void Promise.resolve(answer).then(acknowledge as (answer: unknown) => void);
  };
  socket.on(event, handle);
  return () => void socket.off(event, handle);
}

/** The answer is whatever the handler of the application returned. */
function readAnswerOf<TAnswer>(_event: string, answer: unknown): RequestResult<TAnswer> {
  return isAck(answer) && !answer.ok
    ? refused(answer.error)
    : { ok: true, answer: answer as TAnswer };
}
