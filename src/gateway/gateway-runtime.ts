import type { GatewayAuthenticationService } from '../access/gateway-authentication.service.js';
import type { AccessAccount } from '../access/rate-limit/access-account.js';
import type { StreamAccessPolicy } from '../access/stream-access-policy.js';
import type { WebSocketBridgeService } from '../bridge/websocket-bridge.service.js';
import type { GatewayErrorHandler } from '../errors/gateway-error-handler.js';
import type { StreamLog } from '../log/stream-log.js';
import type { ResolvedGatewayOptions } from '../options/resolved-options.js';
import type { StreamingService } from '../streaming.service.js';
import type { OwnPortGateways } from '../transports/socket-io/own-port.js';
import type { SocketServers } from '../transports/socket-io/socket-servers.js';

/** What gateways share within one application. */
export interface GatewayServices {
  readonly log: StreamLog;
  readonly streaming: StreamingService;
  readonly errors: GatewayErrorHandler;
  readonly authentication: GatewayAuthenticationService;
  readonly ownPorts: OwnPortGateways;
  readonly servers: SocketServers;
  readonly account: AccessAccount;
  readonly bridge: WebSocketBridgeService;
  /** The policy that a gateway's options ask for, or the default. */
  readonly policyOf: (options: ResolvedGatewayOptions) => StreamAccessPolicy;
}

/**
 * Gives each gateway class of one application its options. It is made before any gateway, and it is
 * the one thing that a gateway needs injected, so that a subclass can have a constructor of its own.
 */
export class GatewayRuntime {
  readonly #optionsByClass = new Map<unknown, ResolvedGatewayOptions>();

  constructor(readonly services: GatewayServices) {}

  /** Says which options the instances of a gateway class have. */
  configure(gatewayClass: unknown, options: ResolvedGatewayOptions): void {
    this.#optionsByClass.set(gatewayClass, options);
  }

  /** The options of a gateway, by its class. */
  optionsOf(gateway: object): ResolvedGatewayOptions {
    let type: unknown = gateway.constructor;
    while (typeof type === 'function') {
      const options = this.#optionsByClass.get(type);
      if (options) return options;
      type = Object.getPrototypeOf(type);
    }
    throw new TypeError(
      `${gateway.constructor.name} was not found among the providers of the application.`,
    );
  }
}
