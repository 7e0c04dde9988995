import { createPublicKey } from 'node:crypto';

/**
 * Whether a text is a key of a key pair or a certificate, in any form that people copy: PEM, also with
 * its line breaks escaped or its header gone, a JSON Web Key or a set of them. Everybody may know a
 * public key, so tokens that are "signed" with one as a shared secret prove nothing.
 */
export function isKeyMaterial(text: string): boolean {
  if (/-----BEGIN [A-Z0-9 ]+-----/.test(text)) return true;
  return isJsonWebKey(text) || isBareKey(text) || isBareKey(decodeBase64(text).toString('latin1'));
}

function isJsonWebKey(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return false;
    return Object.hasOwn(value, 'kty') || Object.hasOwn(value, 'keys');
  } catch {
    return false;
  }
}

/** The Base64 within a PEM, without its header; or a PEM that was encoded once more. */
function isBareKey(text: string): boolean {
  if (text.includes('-----BEGIN ')) return true;
  const der = decodeBase64(text);
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

function decodeBase64(text: string): Buffer {
  return Buffer.from(text.replaceAll('\\n', ''), 'base64');
}
