import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { ResolvedGatewayOptions } from '../../options/resolved-options.js';
import { isListedOrigin } from '../../common/origin-list.js';

/** The rules for requests of the engine. */
export type RequestRules = Pick<ResolvedGatewayOptions, 'cors' | 'transports' | 'trustedProxies'>;

/** A request of Engine.IO, which has parsed the query. */
export type EngineRequest = IncomingMessage & {
  readonly _query: Readonly<Record<string, string | undefined>>;
};

/** Why a request is refused. */
export type RequestFault = 'origin' | 'fetch-metadata' | 'jsonp' | 'transport';

/** The scheme of the page, by the scheme that proxies send: some proxies send the scheme of the WebSocket. */
const PAGE_SCHEMES: ReadonlyMap<string, string> = new Map([
  ['http', 'http'],
  ['ws', 'http'],
  ['https', 'https'],
  ['wss', 'https'],
]);

/** `Sec-Fetch-Site` of a page of the same origin, and of addresses that the user opened directly. */
const OWN_SITES: readonly unknown[] = ['same-origin', 'none'];

/**
 * Decides whether a request may reach the gateway. Browsers send cookies with WebSockets, scripts and forms
 * of any page, also without permission by CORS. So CORS headers alone would stop no page. A client that is
 * not a browser sends none of these headers, and has no cookies that a page could abuse.
 */
export function findFault(request: EngineRequest, rules: RequestRules): RequestFault | undefined {
  const { _query: query } = request;
  // A script element can read the answer from any origin.
  if (Object.hasOwn(query, 'j')) return 'jsonp';
  if (query['transport'] === 'polling' && !rules.transports.includes('polling')) return 'transport';
  return findPageFault(request, rules);
}

/** If a request comes from a page, decides whether the page may send it; see {@link findFault}. */
export function findPageFault(
  request: IncomingMessage,
  rules: Pick<RequestRules, 'cors' | 'trustedProxies'>,
): 'origin' | 'fetch-metadata' | undefined {
  const { headers } = request;
  const { origin } = headers;
  if (origin !== undefined) return isAllowedOrigin(origin, request, rules) ? undefined : 'origin';
  const site = headers['sec-fetch-site'];
  return site === undefined || OWN_SITES.includes(site) ? undefined : 'fetch-metadata';
}

function isAllowedOrigin(
  origin: string,
  request: IncomingMessage,
  { cors, trustedProxies }: Pick<RequestRules, 'cors' | 'trustedProxies'>,
): boolean {
  if (cors && isListedOrigin(origin, cors.origin)) return true;
  return ownOrigins(request, trustedProxies).includes(origin);
}

/** The origins that the application's own page can have: scheme, host and port. */
function ownOrigins(request: IncomingMessage, trustedProxies: number): string[] {
  const { headers, socket } = request;
  const host = forwarded(headers['x-forwarded-host'], trustedProxies) ?? headers.host;
  if (host === undefined) return [];
  const scheme = forwarded(headers['x-forwarded-proto'], trustedProxies);
  if (scheme !== undefined) return originsOf([scheme.toLowerCase()], host);
  if ((socket as Partial<TLSSocket>).encrypted === true) return originsOf(['https'], host);
  // The host has no port, but the server does not use a default port. So there is a proxy that does not send
  // its scheme. This proxy may terminate TLS.
  const isBehindProxy = !/:\d+$/.test(host) && socket.localPort !== 80;
  return originsOf(isBehindProxy ? ['http', 'https'] : ['http'], host);
}

function originsOf(schemes: readonly string[], host: string): string[] {
  return schemes
    .filter((scheme) => PAGE_SCHEMES.has(scheme))
    .map((scheme) => `${PAGE_SCHEMES.get(scheme)}://${host}`)
    .filter((url) => URL.canParse(url))
    .map((url) => new URL(url).origin);
}

/** The value that the outermost trusted proxy wrote; undefined without trusted proxies. */
function forwarded(
  header: string | string[] | undefined,
  trustedProxies: number,
): string | undefined {
  if (header === undefined || trustedProxies === 0) return undefined;
  const values = [header]
    .flat()
    .join(',')
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');
  return values.at(-trustedProxies) ?? values[0];
}
