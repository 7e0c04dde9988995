import type { DefaultEventsMap, Namespace, Server, Socket } from 'socket.io';
import type { Principal } from '../access/principal.js';
import type { StreamingGatewayEvents } from '../protocol/streaming-gateway-events.js';

/** What the gateway keeps on a socket. */
export interface GatewaySocketData {
  /** Set once, before the connection exists; renewing replaces it by the same principal. */
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
