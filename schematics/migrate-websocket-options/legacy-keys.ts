/** What the migration does with a legacy key. */
export type LegacyKeyFate =
  /** The value moves verbatim under a new name. */
  | 'renamed'
  /** The value becomes part of a new one. */
  | 'rewritten'
  /** The key never had, or no longer has, an effect. */
  | 'removed'
  /** Only a person can decide; the key stays and is reported. */
  | 'reported';

/** What the boot does with a legacy key that was not migrated. */
export type LegacyKeyAtBoot =
  /** It counts as what has taken its place. */
  | 'read'
  /** It has no effect, and the module warns. */
  | 'ignored'
  /** The boot fails and names it. */
  | 'refused';

/** One row of the mapping from legacy options to the present ones. */
export interface LegacyKey {
  /** The path in `StreamingModuleOptions`; behind a colon, the value that is meant. */
  readonly legacy: string;
  /** The path that takes its place. */
  readonly current?: string;
  readonly fate: LegacyKeyFate;
  readonly boot: LegacyKeyAtBoot;
  /** What to do about a reported key, when its code does not say it. */
  readonly advice?: string;
}

const WEBSOCKET_KEYS = [
  ['maxConnections', 'maxConnections'],
  ['connectionTimeout', 'connectTimeoutMs'],
  ['heartbeatInterval', 'pingIntervalMs'],
  ['compression', 'compression'],
  ['namespace', 'namespace'],
] as const;

/** The keys of `gateway.websocket`, some of which are also found in `websocket`. */
const websocketKeys = (parent: string): LegacyKey[] =>
  WEBSOCKET_KEYS.map(([legacy, current]) => ({
    legacy: `${parent}.${legacy}`,
    current: `gateway.${current}`,
    fate: 'renamed',
    boot: 'read',
  }));

const STRATEGIES = 'gateway.authentication.strategies';

/**
 * Every legacy key, in the order of `docs/migration.md`, whose table a test holds against this one;
 * another test holds it against the boot. The rules read names from here and add only how a value is
 * rewritten.
 */
export const LEGACY_KEYS: readonly LegacyKey[] = [
  { legacy: 'enabled', current: 'gateway.enabled', fate: 'renamed', boot: 'read' },
  { legacy: 'websocket.enabled', current: 'gateway.enabled', fate: 'renamed', boot: 'read' },
  { legacy: 'websocket.port', current: 'gateway.port', fate: 'renamed', boot: 'read' },
  { legacy: 'websocket.cors', current: 'gateway.cors', fate: 'renamed', boot: 'read' },
  ...websocketKeys('websocket'),
  { legacy: 'websocket.events', fate: 'reported', boot: 'refused' },
  ...websocketKeys('gateway.websocket'),
  {
    legacy: 'gateway.auth.required',
    current: 'gateway.authentication',
    fate: 'rewritten',
    boot: 'read',
  },
  { legacy: 'gateway.auth.jwtSecret', current: STRATEGIES, fate: 'rewritten', boot: 'read' },
  { legacy: 'gateway.auth.handler', current: STRATEGIES, fate: 'reported', boot: 'read' },
  {
    legacy: 'gateway.authentication.enabled',
    current: 'gateway.authentication',
    fate: 'rewritten',
    boot: 'read',
  },
  {
    legacy: 'gateway.authentication.required',
    current: 'gateway.authentication',
    fate: 'rewritten',
    boot: 'read',
  },
  {
    legacy: 'gateway.authentication.strategy',
    current: STRATEGIES,
    fate: 'rewritten',
    boot: 'read',
  },
  {
    legacy: 'gateway.authentication.secretKey',
    current: STRATEGIES,
    fate: 'rewritten',
    boot: 'refused',
  },
  {
    legacy: 'gateway.authentication.expiresIn',
    fate: 'reported',
    boot: 'refused',
    advice: 'remove it; whoever signs a token says when it expires',
  },
  {
    legacy: 'gateway.rateLimit.max',
    current: 'gateway.rateLimit.maxMessages',
    fate: 'renamed',
    boot: 'read',
  },
  {
    legacy: 'gateway.rateLimit.maxRequestsPerConnection',
    current: 'gateway.rateLimit.maxMessages',
    fate: 'renamed',
    boot: 'refused',
  },
  {
    legacy: 'gateway.rateLimit.maxConnections',
    current: 'gateway.maxConnections',
    fate: 'renamed',
    boot: 'read',
  },
  {
    legacy: 'gateway.rateLimit.skip: (socket) => …',
    current: 'gateway.rateLimit.skip',
    fate: 'reported',
    boot: 'read',
  },
  {
    legacy: 'gateway.cors: true',
    current: 'gateway.cors.origin',
    fate: 'reported',
    boot: 'refused',
  },
  {
    legacy: 'gateway.compression: { … }',
    current: 'gateway.compression',
    fate: 'reported',
    boot: 'refused',
    advice: 'write `compression: true` or `compression: false`',
  },
  {
    legacy: 'gateway.heartbeat',
    current: 'gateway.pingIntervalMs',
    fate: 'reported',
    boot: 'refused',
    advice: 'write `pingIntervalMs` and `pingTimeoutMs`, keys of the gateway itself',
  },
  { legacy: 'gateway.rooms: { … }', fate: 'reported', boot: 'ignored' },
  { legacy: 'defaultBufferSize', current: 'log.maxEntries', fate: 'renamed', boot: 'read' },
  { legacy: 'bufferSize', current: 'log.maxEntries', fate: 'renamed', boot: 'read' },
  { legacy: 'strictNaming', fate: 'removed', boot: 'ignored' },
  { legacy: 'enableTokenStreaming', fate: 'removed', boot: 'ignored' },
  { legacy: 'tokenStreaming', fate: 'reported', boot: 'ignored' },
  { legacy: 'eventProcessing', fate: 'reported', boot: 'ignored' },
  { legacy: 'performance', fate: 'reported', boot: 'ignored' },
  { legacy: 'errorHandling', fate: 'reported', boot: 'ignored' },
  { legacy: 'agentDefaults', fate: 'reported', boot: 'ignored' },
  { legacy: 'performanceTracking', fate: 'reported', boot: 'refused' },
  { legacy: 'defaultMode', fate: 'reported', boot: 'refused' },
  { legacy: 'modes', fate: 'reported', boot: 'refused' },
  { legacy: 'buffer', fate: 'reported', boot: 'refused' },
  { legacy: 'tokens.enabled', fate: 'reported', boot: 'refused' },
  { legacy: 'tokens.bufferSize', fate: 'reported', boot: 'refused' },
  { legacy: 'tokens.batchSize', fate: 'reported', boot: 'refused' },
];

/** The path of a row, without the value that it means. */
export function pathOf({ legacy }: LegacyKey): string {
  return legacy.replace(/: .*/, '');
}

/** The row of a path. */
export function legacyKeyAt(path: string): LegacyKey | undefined {
  return LEGACY_KEYS.find((row) => pathOf(row) === path);
}

/** Whether legacy keys are found below a path: `websocket`, `gateway.auth`. */
export function hasLegacyKeysBelow(path: string): boolean {
  return LEGACY_KEYS.some(({ legacy }) => legacy.startsWith(`${path}.`));
}

/** The legacy names directly below a path, with their rows. */
export function legacyKeysIn(parent: string): ReadonlyMap<string, LegacyKey> {
  const prefix = parent === '' ? '' : `${parent}.`;
  return new Map(
    LEGACY_KEYS.filter(
      (row) =>
        row.legacy === pathOf(row) &&
        row.legacy.startsWith(prefix) &&
        !row.legacy.slice(prefix.length).includes('.'),
    ).map((row) => [row.legacy.slice(prefix.length), row]),
  );
}

/** The last part of a path. */
export function lastName(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}
