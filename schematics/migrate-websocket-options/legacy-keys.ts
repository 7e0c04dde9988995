/** What happens to a legacy key. */
export type LegacyKeyFate =
  /** The value moves verbatim under a new name. */
  | 'renamed'
  /** The value becomes part of a new one. */
  | 'rewritten'
  /** The key never had, or no longer has, an effect. */
  | 'removed'
  /** Only a person can decide; the key stays and is reported. */
  | 'reported';

/** One row of the mapping from legacy options to the present ones. */
export interface LegacyKey {
  /** The path in `StreamingModuleOptions`. */
  readonly legacy: string;
  /** The path that takes its place. */
  readonly current?: string;
  readonly fate: LegacyKeyFate;
}

/**
 * Every legacy key, in the order of `docs/migration.md`, whose table a test holds against this one.
 * The rules read names from here and add only how a value is rewritten.
 */
export const LEGACY_KEYS = [
  { legacy: 'enabled', current: 'gateway.enabled', fate: 'renamed' },
  { legacy: 'websocket.enabled', current: 'gateway.enabled', fate: 'renamed' },
  { legacy: 'websocket.port', current: 'gateway.port', fate: 'renamed' },
  {
    legacy: 'gateway.websocket.maxConnections',
    current: 'gateway.maxConnections',
    fate: 'renamed',
  },
  {
    legacy: 'gateway.websocket.connectionTimeout',
    current: 'gateway.connectTimeoutMs',
    fate: 'renamed',
  },
  {
    legacy: 'gateway.websocket.heartbeatInterval',
    current: 'gateway.pingIntervalMs',
    fate: 'renamed',
  },
  { legacy: 'gateway.websocket.compression', current: 'gateway.compression', fate: 'renamed' },
  { legacy: 'gateway.websocket.namespace', current: 'gateway.namespace', fate: 'renamed' },
  { legacy: 'gateway.auth.required', current: 'gateway.authentication', fate: 'rewritten' },
  {
    legacy: 'gateway.auth.jwtSecret',
    current: 'gateway.authentication.strategies',
    fate: 'rewritten',
  },
  {
    legacy: 'gateway.auth.handler',
    current: 'gateway.authentication.strategies',
    fate: 'reported',
  },
  {
    legacy: 'gateway.authentication.enabled',
    current: 'gateway.authentication',
    fate: 'rewritten',
  },
  {
    legacy: 'gateway.authentication.required',
    current: 'gateway.authentication',
    fate: 'rewritten',
  },
  {
    legacy: 'gateway.authentication.strategy',
    current: 'gateway.authentication.strategies',
    fate: 'reported',
  },
  { legacy: 'gateway.rateLimit.max', current: 'gateway.rateLimit.maxMessages', fate: 'renamed' },
  {
    legacy: 'gateway.rateLimit.maxConnections',
    current: 'gateway.maxConnections',
    fate: 'renamed',
  },
  { legacy: 'gateway.cors: true', current: 'gateway.cors.origin', fate: 'reported' },
  { legacy: 'gateway.rooms', fate: 'reported' },
  { legacy: 'defaultBufferSize', current: 'log.maxEntries', fate: 'renamed' },
  { legacy: 'strictNaming', fate: 'removed' },
  { legacy: 'enableTokenStreaming', fate: 'removed' },
  { legacy: 'performance', fate: 'reported' },
  { legacy: 'errorHandling', fate: 'reported' },
  { legacy: 'agentDefaults', fate: 'reported' },
] as const satisfies readonly LegacyKey[];

/** The legacy names directly below a path, with their rows. */
export function legacyKeysIn(parent: string): ReadonlyMap<string, LegacyKey> {
  const prefix = parent === '' ? '' : `${parent}.`;
  const rows: readonly LegacyKey[] = LEGACY_KEYS;
  return new Map(
    rows
      .filter(
        ({ legacy }) => legacy.startsWith(prefix) && !/[.:]/.test(legacy.slice(prefix.length)),
      )
      .map((row) => [row.legacy.slice(prefix.length), row]),
  );
}

/** The last part of a path. */
export function lastName(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}
