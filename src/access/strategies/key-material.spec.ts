import { describe, expect, it } from '@jest/globals';
import { generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { isKeyMaterial } from './key-material.js';

const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBezCCASGgAwIBAgIUMHasl9Y48yw6lzWIYOu+esGTjVkwCgYIKoZIzj0EAwIwEjEQMA4GA1UEAwwHaWQudGVz
dDAgFw0yNjExMjMxNTM4NTJaGA8yMTI2MTAzMDE1Mzg1MlowEjEQMA4GA1UEAwwHaWQudGVzdDBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABCJBaIQItj3z+JuAY2YcIYqTXhnydwWi63NwcK0boYklANF2mAgUFnOL6EItmE0eaYz5
utEZeETu1Tazjin8EAOjUzBRMB0GA1UdDgQWBBQCbMrdGJNQ6qqOBJtEqjH6vCXpRjAfBgNVHSMEGDAWgBQCbMrd
GJNQ6qqOBJtEqjH6vCXpRjAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIGSR4/FFI9ShJCvdn0fT
FFx4V1h3NZqGzvyU9bQ3l1jAAiEA7wtzsTASx6KN9nIfXB0xD1rObTXLiI+DNnDB6LywsLA=
-----END CERTIFICATE-----`;

const PAIRS = {
  RSA: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  EC: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  Ed25519: generateKeyPairSync('ed25519'),
};
const pem = (key: KeyObject): string =>
  String(key.export({ format: 'pem', type: key.type === 'public' ? 'spki' : 'pkcs8' }));
const body = (text: string): string => text.replaceAll(/-----.*-----/g, '').replaceAll('\n', '');

/** How people copy a key into an environment variable. */
const FORMS: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'with escaped line breaks': (text) => text.replaceAll('\n', '\\n'),
  'with spaces for line breaks': (text) => text.replaceAll('\n', ' '),
  'in quotes': (text) => `"${text}"`,
  'without its header': body,
  'encoded once more': (text) => Buffer.from(text).toString('base64'),
  'as bytes in hexadecimal': (text) => Buffer.from(body(text), 'base64').toString('hex'),
  'as bytes': (text) => Buffer.from(body(text), 'base64').toString('latin1'),
};

describe('isKeyMaterial', () => {
  const keys: [string, string][] = [
    ...Object.entries(PAIRS).flatMap(([name, { publicKey, privateKey }]): [string, string][] => [
      [`the public key of ${name}`, pem(publicKey)],
      [`the private key of ${name}`, pem(privateKey)],
    ]),
    ['a PKCS#1 public key', String(PAIRS.RSA.publicKey.export({ format: 'pem', type: 'pkcs1' }))],
    ['a certificate', CERTIFICATE],
  ];
  it.each(
    keys.flatMap(([name, key]) =>
      Object.entries(FORMS).map(([form, write]) => [name, form, write(key)] as const),
    ),
  )('knows %s %s', (_name, _form, text) => {
    expect(isKeyMaterial(text)).toBe(true);
  });

  it.each(Object.entries(PAIRS))('knows a JSON Web Key of %s, and a set of them', (_, pair) => {
    const jwk = pair.publicKey.export({ format: 'jwk' });
    expect(isKeyMaterial(JSON.stringify(jwk))).toBe(true);
    expect(isKeyMaterial(JSON.stringify({ keys: [jwk] }, undefined, 2))).toBe(true);
    expect(isKeyMaterial(JSON.stringify([jwk]))).toBe(true);
    expect(isKeyMaterial(Buffer.from(JSON.stringify(jwk)).toString('base64'))).toBe(true);
  });

  it.each([
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl ada@chat',
    'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBEmKSENjQEezOmxkZMy7',
    'sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIIFOG6kY7Rf4UtCFvPwK',
    '---- BEGIN SSH2 PUBLIC KEY ----\nAAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoq',
  ])('knows the key for SSH %j', (text) => {
    expect(isKeyMaterial(text)).toBe(true);
  });

  it.each(['short', 'a passphrase of several words', '{"json":"but no key"}', '[]', '12345678'])(
    'takes %j for a secret',
    (text) => {
      expect(isKeyMaterial(text)).toBe(false);
    },
  );

  it('takes random bytes for a secret, however they are written', () => {
    for (let count = 0; count < 500; count += 1) {
      const bytes = randomBytes(48);
      for (const encoding of ['base64', 'base64url', 'hex', 'latin1'] as const)
        expect(isKeyMaterial(bytes.toString(encoding))).toBe(false);
    }
  });
});
