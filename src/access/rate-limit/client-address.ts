import { isIPv6 } from 'node:net';

/** The longest possible address. A header of a proxy may contain a longer text. */
const MAX_ADDRESS_LENGTH = 64;

/** The origin of a connection: the address of the network connection, and the headers. */
export interface ConnectionOrigin {
  /** The other end of the TCP connection. */
  readonly remoteAddress: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/**
 * The address of a client behind `trustedProxies` reverse proxies, each of which appends to
 * `X-Forwarded-For`. Addresses further left were written by the client, so they prove nothing.
 */
export function clientAddress(origin: ConnectionOrigin, trustedProxies: number): string {
  if (trustedProxies === 0) return origin.remoteAddress;
  const header = [origin.headers['x-forwarded-for'] ?? ''].flat().join(',');
  const hops = [...header.split(','), origin.remoteAddress].map((hop) => withoutPort(hop.trim()));
  const chain = hops.filter((hop) => hop !== '');
  return chain.at(-1 - trustedProxies) ?? chain[0] ?? origin.remoteAddress;
}

/** Some balancers write the port of the client too: `192.0.2.1:5678` or `[2001:db8::1]:5678`. */
function withoutPort(hop: string): string {
  return /^\[([^\]]*)\](?::\d+)?$/.exec(hop)?.[1] ?? /^([^:]*):\d+$/.exec(hop)?.[1] ?? hop;
}

/** An IPv4 address that is written as an IPv6 address, in any form. */
function withoutMapping(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(plain) ?? [];
  if (high === undefined || low === undefined) return plain;
  const bytes = [high, low].map((group) => Number.parseInt(group, 16));
  return bytes.flatMap((group) => [group >> 8, group & 0xff]).join('.');
}

/**
 * The key that is counted for an address. An IPv6 host can choose addresses from a whole /64 network, so the
 * network is counted.
 */
export function addressKey(address: string): string {
  const plain = withoutMapping(address.slice(0, MAX_ADDRESS_LENGTH).replace(/%.*$/, ''));
  if (!isIPv6(plain)) return plain;
  const [left = '', right] = plain.toLowerCase().split('::');
  const head = left.split(':').filter((group) => group !== '');
  const tail = (right ?? '').split(':').filter((group) => group !== '');
  const gap = Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => '0');
  const groups = [...head, ...gap, ...tail].slice(0, 4);
  return `${groups.map((group) => group.replace(/^0+(?=.)/, '')).join(':')}::/64`;
}
