import { describe, expect, it } from '@jest/globals';
import { addressKey, clientAddress } from './client-address.js';

const address = (forwarded: string | string[] | undefined, proxies: number): string =>
  clientAddress({ remoteAddress: '10.0.0.1', headers: { 'x-forwarded-for': forwarded } }, proxies);

describe('clientAddress', () => {
  it.each<[string, string | string[] | undefined, number, string]>([
    ['no proxy is trusted, whatever the client claims', '1.1.1.1', 0, '10.0.0.1'],
    ['one proxy is trusted', '1.1.1.1', 1, '1.1.1.1'],
    ['one proxy is trusted and the client claims more', '6.6.6.6, 1.1.1.1', 1, '1.1.1.1'],
    ['two proxies are trusted', '6.6.6.6, 1.1.1.1, 10.0.0.2', 2, '1.1.1.1'],
    ['the header came in two', ['6.6.6.6', '1.1.1.1'], 1, '1.1.1.1'],
    ['there is no header', undefined, 1, '10.0.0.1'],
    ['the proxy writes the port too', '1.1.1.1:5678', 1, '1.1.1.1'],
    ['every proxy does', '6.6.6.6:1, 1.1.1.1:5678, 10.0.0.2:9', 2, '1.1.1.1'],
    ['it writes the port of an IPv6 client', '[2001:db8::1]:5678', 1, '2001:db8::1'],
    ['it writes brackets without a port', '[2001:db8::1]', 1, '2001:db8::1'],
    ['it writes quotes', '"[2001:db8::1]:5678"', 1, '2001:db8::1'],
    ['it writes quotes around an IPv4 client', '"1.1.1.1"', 1, '1.1.1.1'],
    ['an IPv6 client has no port', '2001:db8::1:5678', 1, '2001:db8::1:5678'],
    ['more proxies are trusted than there were', '1.1.1.1', 3, '1.1.1.1'],
  ])('is right when %s', (_, forwarded, proxies, expected) => {
    expect(address(forwarded, proxies)).toBe(expected);
  });
});

describe('addressKey', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::ffff:127.0.0.1', '127.0.0.1'],
    ['::ffff:7f00:1', '127.0.0.1'],
    ['::FFFF:c000:0201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
    ['0:0:0:0:0:FFFF:c000:201', '192.0.2.1'],
    ['0000::0000:ffff:c000:0201', '192.0.2.1'],
    ['::192.0.2.1', '0:0:0:0::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
    ['2001:db8::192.0.2.1', '2001:db8:0:0::/64'],
    ['1:2:3:4::', '1:2:3:4::/64'],
    ['::', '0:0:0:0::/64'],
    ['x'.repeat(200), 'x'.repeat(64)],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['unknown', 'unknown'],
  ])('counts %s as %s', (one, key) => {
    expect(addressKey(one)).toBe(key);
  });
});
