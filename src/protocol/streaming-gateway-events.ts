import type { ClientEventName, ClientToServerEvents } from './client-events.js';
import type { ServerEventName, ServerToClientEvents } from './server-events.js';

/**
 * The events of the gateway, to type a Socket.IO server or client:
 *
 * ```ts
 * let server: Server<StreamingGatewayEvents['clientToServer'], StreamingGatewayEvents['serverToClient']>;
 * let client: Socket<StreamingGatewayEvents['serverToClient'], StreamingGatewayEvents['clientToServer']>;
 * ```
 *
 * @publicApi
 */
export interface StreamingGatewayEvents {
  clientToServer: ClientToServerEvents;
  serverToClient: ServerToClientEvents;
}

/** The event that answers a client event when the client gave no acknowledgement. */
export const CONFIRMATION_EVENTS = {
  subscribe_execution: 'subscription_confirmed',
  unsubscribe_execution: 'unsubscription_confirmed',
  subscribe_events: 'events_subscription_confirmed',
  join_room: 'room_joined',
  leave_room: 'room_left',
  authentication: 'authentication_success',
  ping: 'pong',
  get_status: 'status_response',
  cancel_execution: 'cancel_confirmed',
  respond_interrupt: 'interrupt_response_confirmed',
} as const satisfies Record<ClientEventName, ServerEventName>;
