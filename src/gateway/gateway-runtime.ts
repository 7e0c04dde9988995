import type { ResolvedGatewayOptions } from '../options/resolved-options.js';
import { GatewayConnectionManager } from './gateway-connection.manager.js';
import type { GatewayCore } from './gateway-core.js';
import type { GatewayServices } from './gateway-services.js';
import type { GatewayNamespace } from './socket-types.js';

/** Connects a gateway with its Socket.IO namespace. @param gateway - with the handlers of the application */
export type ServeNamespace = (
  core: GatewayCore,
  namespace: GatewayNamespace,
  gateway: object,
) => void;

/** The settings of one gateway class in one application. */
export interface GatewaySettings {
  readonly options: ResolvedGatewayOptions;
  readonly connections: GatewayConnectionManager;
}

/**
 * Gives each gateway class of one application its options. It is made before any gateway. A gateway needs
 * nothing else injected, so a subclass can have its own constructor.
 */
export class GatewayRuntime {
  readonly #settings = new Map<unknown, GatewaySettings>();
  /** The class of the module's gateway, or of the subclass that replaces it. */
  main: unknown;
  /** The namespaces that are served, such as `/streaming`. */
  readonly namespaces = new Set<string>();

  constructor(
    readonly services: GatewayServices,
    readonly serve: ServeNamespace,
  ) {}

  /** Sets the settings of a gateway class. */
  configure(gatewayClass: unknown, options: ResolvedGatewayOptions): void {
    this.#settings.set(gatewayClass, { options, connections: new GatewayConnectionManager() });
  }

  /** The settings of a gateway class, or of the class that it extends. */
  settingsOf(gatewayClass: unknown): GatewaySettings {
    let type = gatewayClass;
    while (typeof type === 'function') {
      const settings = this.#settings.get(type);
      if (settings) return settings;
      type = Object.getPrototypeOf(type);
    }
    throw new TypeError(
      `${(gatewayClass as { name: string }).name} is not a provider of the application. Add it to the providers of a module.`,
    );
  }
}
