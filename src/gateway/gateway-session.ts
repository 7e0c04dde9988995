import type { GatewayHandshake } from '../access/gateway-authentication.service.js';
import type { Principal } from '../access/principal.js';
import type { ConnectionSlot } from '../access/rate-limit/connection-limiter.js';
import type {
  ErrorMessage,
  ServerEventName,
  ServerToClientEvents,
} from '../protocol/server-events.js';

/** The facts that a transport knows about a client that wants to connect. */
export interface AdmissionRequest extends Omit<GatewayHandshake, 'address'> {
  /** The address of the network connection, which may be a proxy's. */
  readonly remoteAddress: string;
  /** The place that the transport has already taken in the account of all gateways. */
  readonly place?: ConnectionSlot | undefined;
}

/** The payload of an event that the server sends. */
export type ServerMessage<E extends ServerEventName> = Parameters<ServerToClientEvents[E]>[0];

/**
 * One client of a gateway, over any transport.
 *
 * @publicApi
 */
export interface GatewaySession {
  /** Unique among the clients of every gateway. */
  readonly id: string;
  /**
   * The principal of the client. When the credential is renewed, it is replaced by a principal with the same
   * id.
   */
  principal: Principal;
  /** The client's address, as seen through the trusted proxies. */
  readonly address: string;
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal;
  /** Sends an event of the protocol. */
  send<E extends ServerEventName>(event: E, message: ServerMessage<E>): void;
  /** Tells the client why, then closes its connection. The client does not reconnect. */
  end(reason: ErrorMessage): void;
  /** Closes the connection because the server stops. It resolves when the connection is closed. */
  dismiss(): Promise<void>;
}
