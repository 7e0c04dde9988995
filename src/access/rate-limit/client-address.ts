import { isIPv6 } from 'node:net';

/** Where a connection comes from, as the transport and its headers say. */
export interface ConnectionOrigin {
  /** The other end of the TCP connection. */
  readonly remoteAddress: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/**
 * The address of a client behind `trustedProxies` reverse proxies, each of which appends to
 * `X-Forwarded-For`. What stands further left was written by the client and proves nothing.
 */
export function clientAddress(origin: ConnectionOrigin, trustedProxies: number): string {
  if (trustedProxies === 0) return origin.remoteAddress;
  const header = [origin.headers['x-forwarded-for'] ?? ''].flat().join(',');
  const hops = [...header.split(','), origin.remoteAddress].map((hop) => hop.trim());
  const chain = hops.filter((hop) => hop !== '');
  return chain.at(-1 - trustedProxies) ?? chain[0] ?? origin.remoteAddress;
}

/** What is counted for an address: an IPv6 host has a whole /64 network to choose addresses from. */
export function addressKey(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  if (!isIPv6(plain)) return plain;
  const [left = '', right] = plain.toLowerCase().split('::');
  const head = left.split(':').filter((group) => group !== '');
  const tail = (right ?? '').split(':').filter((group) => group !== '');
  const gap = Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => '0');
  const groups = [...head, ...gap, ...tail].slice(0, 4);
  return `${groups.map((group) => group.replace(/^0+(?=.)/, '')).join(':')}::/64`;
}
