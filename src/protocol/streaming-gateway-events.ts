import type { ClientEventName, ClientToServerEvents } from './client-events.js';
import type { ServerEventName, ServerToClientEvents } from './server-events.js';

/**
 * The types of the gateway's events. Use them to type a Socket.IO server or client:
 *
 * ```ts
 * let server: Server<StreamingGatewayEvents['clientToServer'], StreamingGatewayEvents['serverToClient']>;
 * let client: Socket<StreamingGatewayEvents['serverToClient'], StreamingGatewayEvents['clientToServer']>;
 * ```
 *
 * @publicApi
 */
export interface StreamingGatewayEvents {
  /** The events that clients send. */
  clientToServer: ClientToServerEvents;
  /** The events that the server sends. */
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
  start_execution: 'execution_started',
  subscribe_thread: 'thread_subscription_confirmed',
  unsubscribe_thread: 'thread_unsubscription_confirmed',
  get_thread: 'thread_response',
  get_thread_history: 'thread_history_response',
  list_threads: 'thread_list_response',
  update_thread: 'thread_updated',
  delete_thread: 'thread_deleted',
} as const satisfies Record<ClientEventName, ServerEventName>;
