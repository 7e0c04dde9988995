import { randomUUID } from 'node:crypto';
import type { Principal } from '../../access/principal.js';
import type { GatewaySession, ServerMessage } from '../../gateway/gateway-session.js';
import type { ErrorMessage, ServerEventName } from '../../protocol/server-events.js';
import { encodeEvent, type EventFields, type EventStream } from './event-stream.js';

/** How long a stopping server waits for a client to read the end of its stream, in milliseconds. */
const DRAIN_TIMEOUT_MS = 1_000;

/** The session of a client that reads a stream of events. */
export class EventStreamSession implements GatewaySession {
  readonly id: string = randomUUID();

  constructor(
    readonly stream: EventStream,
    public principal: Principal,
    readonly address: string,
  ) {}

  get signal(): AbortSignal {
    return this.stream.signal;
  }

  send<E extends ServerEventName>(event: E, message: ServerMessage<E>): void {
    this.tell({ event }, message);
  }

  /** Sends an event with a place to resume from. */
  tell(fields: EventFields, message: object): void {
    this.stream.write(encodeEvent(fields, JSON.stringify(message)));
  }

  end(reason: ErrorMessage): void {
    this.send('error', reason);
    void this.stream.end();
  }

  dismiss(): Promise<void> {
    return this.stream.end(DRAIN_TIMEOUT_MS);
  }
}
