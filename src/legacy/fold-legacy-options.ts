import { CustomStrategy } from '../access/strategies/custom.strategy.js';
import { JwtStrategy } from '../access/strategies/jwt.strategy.js';
import type { AuthenticationStrategy } from '../access/authentication-strategy.js';
import { isLegacyAuthHandler, principalOfLegacyHandler } from './legacy-auth-handler.js';

/** Any options object, before it is validated. */
type Keys = Readonly<Record<string, unknown>>;

/** Module options in the new form, and facts about their legacy keys. */
export interface FoldedOptions {
  readonly options: Keys;
  /** Paths of legacy keys that were folded. */
  readonly deprecated: readonly string[];
  /** Paths of keys that old documentation showed but no version ever read. */
  readonly ignored: readonly string[];
  /** Whether the gateway is off because legacy options do not say `enabled`. */
  readonly isOffBySilence: boolean;
}

/** Keys of `gateway.websocket`, and of `websocket`, and their new names in `gateway`. */
const WEBSOCKET_KEYS: Readonly<Record<string, string>> = {
  maxConnections: 'maxConnections',
  connectionTimeout: 'connectTimeoutMs',
  heartbeatInterval: 'pingIntervalMs',
  compression: 'compression',
  namespace: 'namespace',
};

/** Keys that old documentation showed although nothing ever read them. */
const NEVER_READ = new Set([
  'enableTokenStreaming',
  'tokenStreaming',
  'eventProcessing',
  'performance',
  'errorHandling',
  'agentDefaults',
]);

/**
 * Converts options of every legacy form into the new form. If a key is given in both forms, the new form
 * counts. `docs/migration.md` lists the keys; `migrate-websocket-options` rewrites them.
 */
export function foldLegacyOptions(raw: Keys): FoldedOptions {
  const deprecated: string[] = [];
  const ignored: string[] = [];
  const { enabled, websocket, defaultBufferSize, bufferSize, strictNaming, gateway, log, ...rest } =
    raw;
  const options: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(rest)) {
    if (NEVER_READ.has(key)) ignored.push(key);
    else options[key] = value;
  }
  if (strictNaming !== undefined) ignored.push('strictNaming');
  const legacy = { bufferSize, defaultBufferSize, enabled, websocket };
  deprecated.push(...Object.keys(defined(legacy)));
  const entries = defaultBufferSize ?? bufferSize;
  if (log !== undefined || entries !== undefined) {
    options['log'] = isKeys(log ?? {})
      ? { ...optional('maxEntries', entries), ...defined(log) }
      : log;
  }
  const legacySwitch = { ...optional('enabled', enabled), ...foldWebSocket(websocket) };
  if (gateway !== undefined && !isKeys(gateway)) options['gateway'] = gateway;
  else if (gateway !== undefined || websocket !== undefined || enabled !== undefined) {
    options['gateway'] = foldGateway(legacySwitch, gateway ?? {}, deprecated, ignored);
  }
  const isOffBySilence = isSilent(options['gateway']) && deprecated.length + ignored.length > 0;
  if (isOffBySilence) options['gateway'] = { ...defined(options['gateway']), enabled: false };
  return { options, deprecated, ignored, isOffBySilence };
}

/** Whether a gateway does not say `enabled`: it is on now, and was off before. */
function isSilent(gateway: unknown): boolean {
  return isKeys(gateway) && gateway['enabled'] === undefined;
}

function foldWebSocket(websocket: unknown): Keys {
  return Object.fromEntries(
    Object.entries(defined(websocket)).map(([key, value]) => [WEBSOCKET_KEYS[key] ?? key, value]),
  );
}

function foldGateway(
  legacySwitch: Keys,
  gateway: Keys,
  deprecated: string[],
  ignored: string[],
): Keys {
  const { websocket, auth, authentication, rateLimit, rooms, ...current } = gateway;
  const folded: Record<string, unknown> = { ...legacySwitch };
  if (isKeys(websocket)) {
    deprecated.push('gateway.websocket');
    for (const [key, value] of Object.entries(websocket))
      folded[WEBSOCKET_KEYS[key] ?? `websocket.${key}`] = value;
  }
  if (auth !== undefined) {
    deprecated.push('gateway.auth');
    folded['authentication'] = isKeys(auth) ? foldAuth(auth) : auth;
  }
  if (authentication !== undefined)
    folded['authentication'] = foldAuthentication(
      authentication,
      folded['authentication'],
      deprecated,
    );
  if (isKeys(rooms)) ignored.push('gateway.rooms');
  else Object.assign(folded, optional('rooms', rooms));
  if (isKeys(rateLimit)) {
    const { max, maxConnections, ...limits } = rateLimit;
    if (max !== undefined) deprecated.push('gateway.rateLimit.max');
    if (maxConnections !== undefined) deprecated.push('gateway.rateLimit.maxConnections');
    Object.assign(folded, optional('maxConnections', maxConnections));
    folded['rateLimit'] = { ...optional('maxMessages', max), ...limits };
  } else if (rateLimit !== undefined) folded['rateLimit'] = rateLimit;
  return { ...folded, ...defined(current) };
}

/** `auth` is enforced unless `required` is false, because an unchecked secret protects nothing. */
function foldAuth(auth: Keys): unknown {
  const { required, jwtSecret, handler } = auth;
  if (required === false) return false;
  const strategies: AuthenticationStrategy[] = [];
  if (isLegacyAuthHandler(handler)) {
    strategies.push(
      new CustomStrategy(
        (credential, context) => principalOfLegacyHandler(handler, credential, context),
        'legacy-handler',
      ),
    );
  }
  if (typeof jwtSecret === 'string') strategies.push(new JwtStrategy({ secret: jwtSecret }));
  return { strategies };
}

/** `authentication`: `{ enabled, required, strategy }` was documented; `{ strategies }` is the new shape. */
function foldAuthentication(
  authentication: unknown,
  fromAuth: unknown,
  deprecated: string[],
): unknown {
  if (!isKeys(authentication)) return authentication;
  const { enabled, required, strategy, ...current } = authentication;
  if (enabled === undefined && required === undefined && strategy === undefined) return current;
  deprecated.push('gateway.authentication');
  if (enabled === false || required === false) return false;
  return isKeys(fromAuth) ? { ...fromAuth, ...current } : { strategies: [], ...current };
}

function isKeys(value: unknown): value is Keys {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The keys of an object that have a value, so that an undefined value does not hide another value. */
function defined(value: unknown): Keys {
  return isKeys(value)
    ? Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined))
    : {};
}

function optional(key: string, value: unknown): Keys {
  return value === undefined ? {} : { [key]: value };
}
