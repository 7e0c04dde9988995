import { randomBytes } from 'node:crypto';
import { isListedOrigin } from '../common/origin-list.js';
import type { GatewayCorsOptions } from './streaming-module-options.js';

/** Domains where everybody can have a page. */
const OPEN_DOMAINS = ['com', 'net', 'org', 'io', 'dev', 'app', 'co', 'ai', 'me', 'xyz'];

/**
 * Whether the allowed origins include pages of strangers. It tests made-up origins, because a pattern does
 * not list its matches. `null` is the origin of a sandboxed frame of any page.
 */
export function allowsAnyOrigin(origin: GatewayCorsOptions['origin']): boolean {
  return strangeOrigins().some((strange) => isListedOrigin(strange, origin));
}

function strangeOrigins(): string[] {
  const [host, domain] = [randomLabel(), randomLabel()];
  const hosts = [domain, ...OPEN_DOMAINS].map((end) => `${host}${domain}.${end}`);
  return [
    'null',
    ...[host, `${host}.${hosts[0]}`, `www.${hosts[0]}`, ...hosts].flatMap((name) => [
      `https://${name}`,
      `http://${name}`,
      ...['3000', '8080', '8443'].map((port) => `https://${name}:${port}`),
    ]),
  ];
}

/** Letters only, so that strict patterns for names match as well. */
function randomLabel(): string {
  return [...randomBytes(8)].map((byte) => String.fromCharCode(97 + (byte % 26))).join('');
}
