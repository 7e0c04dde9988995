import { createPublicKey, webcrypto, type KeyObject } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type { JWTVerifyGetKey } from 'jose';
import { StreamingError } from '../../errors/streaming.error.js';
import { isKeyMaterial } from './key-material.js';
import { ProviderKeys } from './provider-keys.js';
import { providerUrl } from './provider-url.js';

/**
 * The keys that verify tokens: exactly one of `secret`, `publicKey` and `jwksUri`. The kind of key limits which
 * algorithms are accepted.
 *
 * @publicApi
 */
export type JwtKeyOptions = JwtSecretOptions | JwtPublicKeyOptions | JwtJwksOptions;

/** Tokens signed with a shared secret. */
export interface JwtSecretOptions {
  /** The shared secret: at least 32 random bytes. With `NODE_ENV=production` a shorter secret fails the boot. */
  readonly secret: string;
  /** The accepted algorithms. @default ['HS256'] */
  readonly algorithms?: readonly HmacAlgorithm[];
}

/** Tokens signed with the private half of one key pair. */
export interface JwtPublicKeyOptions {
  /** The public key: a PEM text (SPKI or certificate). */
  readonly publicKey: string;
  /** The accepted algorithms. @default the algorithms that fit the key, such as RS256 and PS256 for RSA */
  readonly algorithms?: readonly AsymmetricAlgorithm[];
}

/** Tokens signed with the keys that an identity provider publishes and rotates. */
export interface JwtJwksOptions {
  /** The address of the JSON Web Key Set; https, or http on this machine. */
  readonly jwksUri: string;
  /** The accepted algorithms. @default ['RS256', 'PS256', 'ES256', 'EdDSA'] */
  readonly algorithms?: readonly AsymmetricAlgorithm[];
  /** How long fetched keys are used before they are fetched again, in milliseconds. @default 600000 */
  readonly jwksMaxAgeMs?: number;
  /**
   * The shortest time between two fetches that an unknown key or a failed fetch causes, in milliseconds.
   * @default 30000
   */
  readonly jwksCooldownMs?: number;
  /**
   * How long the last keys are still used after `jwksMaxAgeMs` if the provider cannot be reached, in
   * milliseconds. @default 86400000
   */
  readonly jwksMaxStaleMs?: number;
}

/** Algorithms with a shared secret. */
export type HmacAlgorithm = 'HS256' | 'HS384' | 'HS512';

/** Algorithms with a key pair. */
export type AsymmetricAlgorithm =
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'EdDSA'
  | 'Ed25519';

/** Finds the key of a token as `jwtVerify` asks for it, and names the only algorithms that are accepted. */
export interface JwtKeys {
  readonly algorithms: readonly string[];
  readonly find: JWTVerifyGetKey;
}

/** The shortest key that RFC 7518 allows for HS256. */
const MIN_SECRET_BYTES = 32;

const ALGORITHMS_BY_CURVE: Readonly<Record<string, readonly AsymmetricAlgorithm[]>> = {
  prime256v1: ['ES256'],
  secp384r1: ['ES384'],
  secp521r1: ['ES512'],
};

/**
 * Limits the algorithms to those of the kind of key. So a token with `none`, or with a public key as HMAC
 * secret, is never accepted.
 *
 * @throws StreamingError `INVALID_OPTIONS`
 */
export function jwtKeys(options: JwtKeyOptions): JwtKeys {
  const given = ['secret', 'publicKey', 'jwksUri'].filter((name) => Object.hasOwn(options, name));
  if (given.length !== 1) {
    throw invalid('Give exactly one of `secret`, `publicKey` and `jwksUri` to JwtStrategy.');
  }
  if ('secret' in options) return secretKeys(options);
  if ('publicKey' in options) return publicKeys(options);
  return remoteKeys(options);
}

function secretKeys({ secret, algorithms = ['HS256'] }: JwtSecretOptions): JwtKeys {
  if (typeof secret !== 'string' || secret === '') {
    throw invalid(
      '`secret` of JwtStrategy is empty. Set the environment variable that it comes from, such as JWT_SECRET, to at least 32 random bytes: `openssl rand -base64 48`.',
    );
  }
  if (isKeyMaterial(secret)) {
    throw invalid(
      '`secret` of JwtStrategy is a public or private key, not a shared secret. Give the public key as `publicKey`.',
    );
  }
  const key = new TextEncoder().encode(secret);
  if (key.length < MIN_SECRET_BYTES) reportShortSecret(key.length);
  const imported = new Map<string, Promise<webcrypto.CryptoKey>>();
  return {
    algorithms: pin(algorithms, (name) => name.startsWith('HS')),
    find: ({ alg }) => {
      const known = imported.get(alg) ?? importSecret(key, alg);
      imported.set(alg, known);
      return known;
    },
  };
}

/** Imports the secret once. Otherwise `jose` would import the bytes again for each token. */
function importSecret(key: Uint8Array, algorithm: string): Promise<webcrypto.CryptoKey> {
  const hash = algorithm.replace('HS', 'SHA-');
  const bytes = new Uint8Array(key);
  return webcrypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash }, false, ['verify']);
}

function reportShortSecret(bytes: number): void {
  const message = `\`secret\` of JwtStrategy has ${bytes} bytes and can be guessed from one token. Use at least ${MIN_SECRET_BYTES} random ones: \`openssl rand -base64 48\`.`;
  if (process.env['NODE_ENV'] === 'production') throw invalid(message);
  new Logger('JwtStrategy').warn(message);
}

function publicKeys({ publicKey, algorithms }: JwtPublicKeyOptions): JwtKeys {
  const key = parsePublicKey(publicKey);
  const fitting = algorithmsOf(key);
  const accepted = pin(algorithms ?? fitting, (name) => fitting.some((other) => other === name));
  return { algorithms: accepted, find: () => key };
}

function remoteKeys(options: JwtJwksOptions): JwtKeys {
  const url = providerUrl('jwksUri', options.jwksUri);
  const algorithms = options.algorithms ?? ['RS256', 'PS256', 'ES256', 'EdDSA'];
  const keys = new ProviderKeys(url, options);
  return {
    algorithms: pin(algorithms, (name) => !name.startsWith('HS') && name.toLowerCase() !== 'none'),
    find: keys.find,
  };
}

function pin(algorithms: readonly string[], fits: (name: string) => boolean): readonly string[] {
  if (algorithms.length > 0 && algorithms.every(fits)) return [...algorithms];
  throw invalid(`\`algorithms\` ${JSON.stringify(algorithms)} do not fit the kind of key.`);
}

function parsePublicKey(pem: string): KeyObject {
  // Node would accept a private key and derive the public key. A server must not have the private key at all.
  if (typeof pem === 'string' && !pem.includes('PRIVATE KEY')) {
    try {
      return createPublicKey(pem);
    } catch (cause) {
      throw invalid('`publicKey` must be a public key or certificate in PEM form.', cause);
    }
  }
  throw invalid('`publicKey` must be a public key or certificate in PEM form.');
}

function algorithmsOf(key: KeyObject): readonly AsymmetricAlgorithm[] {
  const type = key.asymmetricKeyType;
  if (type === 'rsa') return ['RS256', 'PS256', 'RS384', 'PS384', 'RS512', 'PS512'];
  if (type === 'ed25519') return ['EdDSA', 'Ed25519'];
  const curve = key.asymmetricKeyDetails?.namedCurve;
  const algorithms = type === 'ec' && curve !== undefined ? ALGORITHMS_BY_CURVE[curve] : undefined;
  if (algorithms === undefined) throw invalid('`publicKey` is of a kind that JWT does not use.');
  return algorithms;
}

function invalid(message: string, cause?: unknown): StreamingError {
  return new StreamingError('INVALID_OPTIONS', message, { cause });
}
