import type { DefaultEventsMap, Namespace, Server, Socket } from 'socket.io';
import type { Principal } from '../access/principal.js';
import type { StreamingGatewayEvents } from '../protocol/streaming-gateway-events.js';

/** The `data` of a gateway's socket. */
export interface GatewaySocketData {
  /** The principal of the client. A renewed credential replaces it by a principal with the same id. */
  principal: Principal;
}

type ClientToServer = StreamingGatewayEvents['clientToServer'];
type ServerToClient = StreamingGatewayEvents['serverToClient'];

/** The Socket.IO server of the gateway, typed with its events. */
export type GatewayServer = Server<
  ClientToServer,
  ServerToClient,
  DefaultEventsMap,
  GatewaySocketData
>;

/** The namespace that the gateway listens in. */
export type GatewayNamespace = Namespace<
  ClientToServer,
  ServerToClient,
  DefaultEventsMap,
  GatewaySocketData
>;

/** A connected client, typed with the gateway's events. */
export type GatewaySocket = Socket<
  ClientToServer,
  ServerToClient,
  DefaultEventsMap,
  GatewaySocketData
>;
