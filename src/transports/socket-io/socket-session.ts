import type { Principal } from '../../access/principal.js';
import type { GatewaySession, ServerMessage } from '../../gateway/gateway-session.js';
import type { GatewaySocket } from '../../gateway/socket-types.js';
import type { ErrorMessage, ServerEventName } from '../../protocol/server-events.js';
import { dismiss } from './dismiss.js';

/** The session of a client on a socket. */
export class SocketSession implements GatewaySession {
  constructor(
    private readonly socket: GatewaySocket,
    readonly address: string,
    readonly signal: AbortSignal,
  ) {}

  get id(): string {
    return this.socket.id;
  }

  /** Kept on the socket, so that the application's own handlers find it. */
  get principal(): Principal {
    return this.socket.data.principal;
  }

  set principal(principal: Principal) {
    this.socket.data.principal = principal;
  }

  send<E extends ServerEventName>(event: E, message: ServerMessage<E>): void {
    // The compiler cannot see that the message and the event belong together.
    (this.socket.emit as (event: string, message: object) => boolean).call(
      this.socket,
      event,
      message,
    );
  }

  /** If the client does not cooperate in closing, the guard closes the transport by force. */
  end(reason: ErrorMessage): void {
    this.socket.emit('error', reason);
    this.socket.disconnect(true);
  }

  dismiss(): Promise<void> {
    return dismiss(this.socket);
  }
}
