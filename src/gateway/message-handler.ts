import type {
  AckCallback,
  ClientEventName,
  ClientToServerEvents,
} from '../protocol/client-events.js';
import type { GatewayConnection } from './gateway-connection.manager.js';
import type { MessagePayload } from './message-schemas.js';

/** The answer of a client event. */
export type AnswerOf<E extends ClientEventName> =
  NonNullable<Parameters<ClientToServerEvents[E]>[1]> extends AckCallback<infer T> ? T : never;

/** An answer, and the work after the client has got it. */
export interface Handled<T> {
  readonly answer: T;
  readonly afterwards?: () => Promise<void>;
}

/** An answer that comes later. The client's next messages do not wait for it. */
export interface HandledLater<T> {
  /** Calls `answer` in the order of the client's messages. @throws to answer with an error */
  readonly later: (answer: (handled: Handled<T>) => void) => Promise<void>;
}

/** A handler for each of some client events. */
export type HandlersOf<Events extends ClientEventName> = {
  [E in Events]: (
    connection: GatewayConnection,
    payload: MessagePayload<E>,
  ) => Promise<Handled<AnswerOf<E>> | HandledLater<AnswerOf<E>>>;
};
