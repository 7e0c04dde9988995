import type { Ack } from '../protocol/client-events.js';

/** A message of a client, as its transport took it. */
export interface ClientMessage {
  readonly event: string;
  readonly payload: unknown;
  /** Answers it. Absent: the client asked for no answer, and gets the confirmation event. */
  readonly answer: ((answer: Ack) => void) | undefined;
  /** Whether a handler of the application takes the event. */
  readonly isTaken: () => boolean;
}
