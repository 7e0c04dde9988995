import type { Ack } from '../protocol/client-events.js';

/** A message of a client, from its transport. */
export interface ClientMessage {
  readonly event: string;
  readonly payload: unknown;
  /** Sends the answer. Without it, the client asked for no answer, and gets the confirmation event. */
  readonly answer: ((answer: Ack) => void) | undefined;
  /** Whether a handler of the application handles the event. */
  readonly isTaken: () => boolean;
}
