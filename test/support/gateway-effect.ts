import { bootOptions } from './boot-options.js';

/** What options come to: whether the gateway listens, where, within which limits, and for whom. */
export interface GatewayEffect {
  readonly enabled: boolean;
  readonly port: unknown;
  readonly limits: Readonly<Record<string, unknown>>;
  readonly authentication: readonly string[] | false;
}

type Keys = Readonly<Record<string, unknown>>;

/** What options come to in this version. */
export function effectOf(options: object): GatewayEffect | string {
  try {
    const { gateway, log } = bootOptions(options).resolved;
    const { rateLimit, authentication } = gateway;
    return {
      enabled: gateway.enabled,
      port: gateway.port,
      limits: {
        maxConnections: gateway.maxConnections,
        connectTimeoutMs: gateway.connectTimeoutMs,
        pingIntervalMs: gateway.pingIntervalMs,
        compression: gateway.compression,
        namespace: gateway.namespace,
        maxEntries: log.maxEntries,
        maxMessages: rateLimit === false ? undefined : rateLimit.maxMessages,
        windowMs: rateLimit === false ? undefined : rateLimit.windowMs,
      },
      authentication:
        authentication === false ? false : authentication.strategies.map(({ name }) => name),
    };
  } catch {
    return 'refused';
  }
}

/**
 * What options of 0.x came to, by the rules of 0.x alone: `gateway.enabled ?? websocket.enabled`,
 * else off, and so on. Where 0.x had another default, it is the one of this version.
 */
export function legacyEffectOf(given: object): GatewayEffect | string {
  const options: Keys = keysOf(given);
  const gateway = keysOf(options['gateway']);
  const websocket = keysOf(options['websocket']);
  const limits = { ...defined(websocket), ...defined(keysOf(gateway['websocket'])) };
  const rate = keysOf(gateway['rateLimit']);
  const isUnlimited = gateway['rateLimit'] === false;
  const auth = keysOf(gateway['auth']);
  const isOpen = gateway['auth'] === undefined || auth['required'] === false;
  const secret = auth['jwtSecret'];
  if (!isOpen && !secret) return 'refused';
  return {
    enabled: Boolean(gateway['enabled'] ?? websocket['enabled'] ?? options['enabled'] ?? false),
    port: gateway['port'] ?? websocket['port'] ?? 0,
    limits: {
      maxConnections: rate['maxConnections'] ?? limits['maxConnections'] ?? 1_000,
      connectTimeoutMs: limits['connectionTimeout'] ?? 10_000,
      pingIntervalMs: limits['heartbeatInterval'] ?? 25_000,
      compression: limits['compression'] ?? false,
      namespace: limits['namespace'] ?? '/streaming',
      maxEntries: options['defaultBufferSize'] ?? options['bufferSize'] ?? 10_000,
      maxMessages: isUnlimited ? undefined : (rate['max'] ?? 200),
      windowMs: isUnlimited ? undefined : (rate['windowMs'] ?? 10_000),
    },
    authentication: isOpen ? false : ['jwt'],
  };
}

function keysOf(value: unknown): Keys {
  return typeof value === 'object' && value !== null ? (value as Keys) : {};
}

function defined(keys: Keys): Keys {
  return Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== undefined));
}
