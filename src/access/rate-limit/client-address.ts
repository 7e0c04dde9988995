import { isIPv4, isIPv6 } from 'node:net';

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

/** Some balancers write the port of the client too, or quotes: `192.0.2.1:5678`, `"[2001:db8::1]:5678"`. */
function withoutPort(text: string): string {
  const hop = text.replace(/^"(.*)"$/, '$1');
  return /^\[([^\]]*)\](?::\d+)?$/.exec(hop)?.[1] ?? /^([^:]*):\d+$/.exec(hop)?.[1] ?? hop;
}

/**
 * The key that is counted for an address. An IPv6 host can choose addresses from a whole /64 network, so the
 * network is counted.
 */
export function addressKey(address: string): string {
  if (isIPv4(address)) return address;
  const plain = address.slice(0, MAX_ADDRESS_LENGTH).replace(/%.*$/, '');
  if (!isIPv6(plain)) return plain;
  const groups = groupsOf(plain);
  return mappedAddress(groups) ?? `${groups.slice(0, 4).join(':')}::/64`;
}

/** The eight groups of an IPv6 address, however it is written, as their shortest text. */
function groupsOf(address: string): string[] {
  const [left = '', right] = withoutDots(address.toLowerCase()).split('::');
  const head = left.split(':').filter((group) => group !== '');
  const tail = (right ?? '').split(':').filter((group) => group !== '');
  const gap = Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => '0');
  return [...head, ...gap, ...tail].map((group) => group.replace(/^0+(?=.)/, ''));
}

/** The end of an IPv6 address can be written as an IPv4 address. */
function withoutDots(address: string): string {
  return address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(0, 4).map(Number);
    return `${(256 * a + b).toString(16)}:${(256 * c + d).toString(16)}`;
  });
}

/** The IPv4 address that an IPv6 address stands for (`::ffff:0:0/96`), if it does. */
function mappedAddress(groups: readonly string[]): string | undefined {
  if (groups.slice(0, 6).join(':') !== '0:0:0:0:0:ffff') return undefined;
  const bytes = groups.slice(6).map((group) => Number.parseInt(group, 16));
  return bytes.flatMap((group) => [group >> 8, group & 0xff]).join('.');
}
