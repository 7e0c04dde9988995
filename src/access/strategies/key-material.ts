import { createPublicKey } from 'node:crypto';

/**
 * Whether a text is a key of a key pair or a certificate, in any form that people copy: PEM, also with its line
 * breaks escaped or its header gone, the same in Base64 or hexadecimal, a key for SSH, a JSON Web Key or
 * several. Everybody may know a public key, so tokens that are "signed" with one as a shared secret prove nothing.
 */
export function isKeyMaterial(text: string): boolean {
  return [text, decodeBase64(text), Buffer.from(text, 'hex').toString('latin1')].some(isKey);
}

/** PEM, and keys for SSH. */
const KEY_HEADER = /---- ?BEGIN [A-Z0-9 ]+ ?----|^\s*(?:ssh|ecdsa|sk)-[\w@.-]+ AAAA/;

function isKey(text: string): boolean {
  return (
    KEY_HEADER.test(text) || isJsonWebKey(text) || isDer(text) || isDer(decodeBase64(text.trim()))
  );
}

function isJsonWebKey(text: string): boolean {
  try {
    const values: readonly unknown[] = [JSON.parse(text)].flat();
    return values.some((value) => {
      if (typeof value !== 'object' || value === null) return false;
      return Object.hasOwn(value, 'kty') || Object.hasOwn(value, 'keys');
    });
  } catch {
    return false;
  }
}

/** What the Base64 within a PEM stands for. */
function isDer(bytes: string): boolean {
  const der = Buffer.from(bytes, 'latin1');
  if (der.length < 32 || der[0] !== 0x30) return false;
  const armoured = der.toString('base64');
  return [
    'PUBLIC KEY',
    'RSA PUBLIC KEY',
    'CERTIFICATE',
    'PRIVATE KEY',
    'RSA PRIVATE KEY',
    'EC PRIVATE KEY',
  ].some((label) => {
    try {
      createPublicKey(`-----BEGIN ${label}-----\n${armoured}\n-----END ${label}-----`);
      return true;
    } catch {
      return false;
    }
  });
}

/** The bytes that a text in Base64 stands for, one in each character. */
function decodeBase64(text: string): string {
  return Buffer.from(text.replaceAll('\\n', ''), 'base64').toString('latin1');
}
