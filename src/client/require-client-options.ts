import type { ReconnectionOptions } from './backoff.js';
import type { StreamingClientOptions } from './streaming-client-options.js';
import { StreamingClientError } from './streaming-client.error.js';

/** The values that an option accepts: in words, and as a check. */
type Rule = readonly [what: string, isFine: (value: unknown) => boolean];

/** The longest delay of a timer. */
const MAX_MS = 2 ** 31 - 1;

const isText = (value: unknown): value is string => typeof value === 'string';
const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const number = (min: number, max: number): Rule => [
  `a number from ${min} to ${max}`,
  (value) => typeof value === 'number' && value >= min && value <= max,
];

const TEXT: Rule = ['a text', isText];

const RULES: Readonly<Record<keyof StreamingClientOptions, Rule>> = {
  url: [
    'an address such as "https://host"',
    (value) => (isText(value) ? isAddress(value) : isObject(value) && isUrl(value)),
  ],
  namespace: TEXT,
  path: TEXT,
  // `Credential` checks it.
  auth: ['', () => true],
  transports: [
    'a list of "websocket" and "polling" (for server-sent events use EventSource)',
    (value) =>
      Array.isArray(value) && value.every((name) => /^(websocket|polling)$/.test(name as string)),
  ],
  reconnection: ['an object', isObject],
  requestTimeoutMs: number(1, MAX_MS),
  socket: ['a socket of socket.io-client', (value) => isObject(value) && 'connect' in value],
};

const RECONNECTION_RULES: Readonly<Record<keyof ReconnectionOptions, Rule>> = {
  minDelayMs: number(0, MAX_MS),
  maxDelayMs: number(0, MAX_MS),
  jitter: number(0, 1),
  maxAttempts: number(0, Infinity),
};

/**
 * Checks the options, because JavaScript code and `as` can pass wrong values. The error names every fault.
 *
 * @throws StreamingClientError `INVALID_OPTIONS`
 */
export function requireClientOptions(options: StreamingClientOptions): void {
  const faults = isObject(options) ? faultsOf(options) : ['Pass an object such as { url }.'];
  if (faults[0]) throw new StreamingClientError('INVALID_OPTIONS', faults.join(' '));
}

function faultsOf(options: StreamingClientOptions): string[] {
  const { url, socket, reconnection } = options;
  const faults = [
    ...faultsBy(RULES, options),
    ...(isObject(reconnection) ? faultsBy(RECONNECTION_RULES, reconnection, 'reconnection.') : []),
  ];
  if ((url === undefined || url === '') && !socket && !('location' in globalThis))
    faults.push('`url` is needed where there is no page.');
  return faults;
}

function faultsBy(rules: Readonly<Record<string, Rule>>, options: object, path = ''): string[] {
  return Object.entries(options).flatMap(([name, value]: [string, unknown]) => {
    const rule = Object.hasOwn(rules, name) && rules[name];
    const option = `\`${path}${name}\``;
    if (!rule) return `${option} is no option of ${Object.keys(rules).join(', ')}.`;
    return value === undefined || rule[1](value) ? [] : `${option} must be ${rule[0]}.`;
  });
}

/** Socket.IO also accepts an address without a scheme. */
function isAddress(url: string): boolean {
  const scheme = /^\w+:\/\//.exec(url)?.[0];
  return !scheme || (/^(http|ws)s?:/.test(scheme) && isUrl(url));
}

/** Older browsers have no `URL.canParse`. */
function isUrl(value: string | object): boolean {
  try {
    return !!new URL(value as string);
  } catch {
    return false;
  }
}
