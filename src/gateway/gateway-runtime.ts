import type { ResolvedGatewayOptions } from '../options/resolved-options.js';
import { GatewayConnectionManager } from './gateway-connection.manager.js';
import type { GatewayCore } from './gateway-core.js';
import type { GatewayServices } from './gateway-services.js';
import type { GatewayNamespace } from './socket-types.js';

/** Brings a gateway the clients of its Socket.IO namespace. @param gateway - with the handlers of the application */
export type ServeNamespace = (
  core: GatewayCore,
  namespace: GatewayNamespace,
  gateway: object,
) => void;

/** What belongs to one gateway class of one application. */
export interface GatewaySettings {
  readonly options: ResolvedGatewayOptions;
  readonly connections: GatewayConnectionManager;
}

/**
 * Gives each gateway class of one application its options. It is made before any gateway, and it is
 * the one thing that a gateway needs injected, so that a subclass can have a constructor of its own.
 */
export class GatewayRuntime {
  readonly #settings = new Map<unknown, GatewaySettings>();
  /** The class of the gateway in the module's place: the module's own, or the subclass that replaces it. */
  main: unknown;

  constructor(
    readonly services: GatewayServices,
    readonly serve: ServeNamespace,
  ) {}

  /** Says which options the instances of a gateway class have. */
  configure(gatewayClass: unknown, options: ResolvedGatewayOptions): void {
    this.#settings.set(gatewayClass, { options, connections: new GatewayConnectionManager() });
  }

  /** What belongs to a gateway class, or to the class that it extends. */
  settingsOf(gatewayClass: unknown): GatewaySettings {
    let type = gatewayClass;
    while (typeof type === 'function') {
      const settings = this.#settings.get(type);
      if (settings) return settings;
      type = Object.getPrototypeOf(type);
    }
    throw new TypeError(
      `${(gatewayClass as { name: string }).name} was not found among the providers of the application.`,
    );
  }
}
