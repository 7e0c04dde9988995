import type { ThreadService } from '../threads/thread.service.js';
import type { GatewayAuthenticationService } from '../access/gateway-authentication.service.js';
import type { AccessAccount } from '../access/rate-limit/access-account.js';
import type { AccessRequest, StreamAccessPolicy } from '../access/stream-access-policy.js';
import type { WebSocketBridgeService } from '../bridge/websocket-bridge.service.js';
import type { Gateways } from '../delivery/gateways.js';
import type { GatewayErrorHandler } from '../errors/gateway-error-handler.js';
import type { LogAvailability } from '../log/log-availability.js';
import type { StreamLog } from '../log/stream-log.js';
import type { ResolvedGatewayOptions } from '../options/resolved-options.js';
import type { Channel } from '../protocol/channel.js';
import type { BeforeDeliver } from './entry-preparation.js';
import type { GatewayConnection } from './gateway-connection.manager.js';
import type { ExecutionControl } from './message-handlers.js';

/** The steps of closing that gateways take part in. */
export interface ShutdownSteps {
  /** Calls `listener` when closing begins. */
  onDraining(listener: () => void): void;
  /** Begins to close, if closing has not begun. Resolves when nothing runs any more. */
  drain(): Promise<void>;
}

/** The services that the gateways of one application share. */
export interface GatewayServices {
  readonly log: StreamLog;
  /** Without it, the log counts as always available. */
  readonly availability: LogAvailability | undefined;
  readonly executions: ExecutionControl;
  readonly threads: ThreadService;
  readonly errors: GatewayErrorHandler;
  readonly authentication: GatewayAuthenticationService;
  readonly account: AccessAccount;
  readonly bridge: WebSocketBridgeService;
  readonly deliveries: Gateways;
  readonly shutdown: ShutdownSteps;
  /** The policy that a gateway's options ask for, or the default. */
  readonly policyOf: (options: ResolvedGatewayOptions) => StreamAccessPolicy;
}

/** The hooks of a gateway class; see the protected methods of `StreamingWebSocketGateway`. */
export interface GatewayHooks {
  /** Whether `authorize` decides. Otherwise the access policy alone decides, and need not be asked for a promise. */
  decides(): boolean;
  authorize(request: AccessRequest, allowed: () => Promise<boolean>): boolean | Promise<boolean>;
  onConnect(connection: GatewayConnection): void | Promise<void>;
  onDisconnect(connection: GatewayConnection): void | Promise<void>;
  onSubscribe(connection: GatewayConnection, channel: Channel): void | Promise<void>;
  /** Absent if the gateway delivers updates unchanged. */
  readonly beforeDeliver: BeforeDeliver | undefined;
}
