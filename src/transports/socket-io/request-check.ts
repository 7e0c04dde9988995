import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { ResolvedGatewayOptions } from '../../options/resolved-options.js';
import { isListedOrigin } from '../../common/origin-list.js';

/** What a request of the engine is checked against. */
export type RequestRules = Pick<ResolvedGatewayOptions, 'cors' | 'transports' | 'trustedProxies'>;

/** A request of Engine.IO, which has parsed the query. */
export type EngineRequest = IncomingMessage & {
  readonly _query: Readonly<Record<string, string | undefined>>;
};

/** Why a request is refused. */
export type RequestFault = 'origin' | 'fetch-metadata' | 'jsonp' | 'transport';

/** The scheme of the page, by what proxies call it: some name that of the WebSocket. */
const PAGE_SCHEMES: ReadonlyMap<string, string> = new Map([
  ['http', 'http'],
  ['ws', 'http'],
  ['https', 'https'],
  ['wss', 'https'],
]);

/** `Sec-Fetch-Site` of a page of the same origin, and of what the user opened himself. */
const OWN_SITES: readonly unknown[] = ['same-origin', 'none'];

/**
 * Decides whether a request may reach the gateway. Browsers send cookies with WebSockets, scripts and
 * forms of any page, whatever CORS says, so CORS headers alone would keep no page out. A client that
 * is no browser sends none of these headers, and has no cookies of a user to abuse.
 */
export function findFault(request: EngineRequest, rules: RequestRules): RequestFault | undefined {
  const { _query: query } = request;
  // A script element reads the answer whatever its origin is.
  if (Object.hasOwn(query, 'j')) return 'jsonp';
  if (query['transport'] === 'polling' && !rules.transports.includes('polling')) return 'transport';
  return findPageFault(request, rules);
}

/** Decides as {@link findFault} whether the page that a request comes from may send it, if it is a page. */
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
  // A host without a port on a server that does not have the default port: some proxy is in front
  // that does not say its scheme. It may well be the one that terminates TLS.
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

/** What the outermost of the trusted proxies wrote; nothing without trusted proxies. */
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
