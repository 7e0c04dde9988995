import { createHash, timingSafeEqual } from 'node:crypto';
import { StreamingError } from '../../errors/streaming.error.js';
import { authenticationFailed } from '../authentication-errors.js';
import type { AuthenticationStrategy, HandshakeCredential } from '../authentication-strategy.js';
import type { Principal } from '../principal.js';

/** One key and its principal. */
export interface ApiKeyEntry {
  /** The hash of the key, made by {@link hashApiKey}, so that the configuration does not contain the key. */
  readonly hash: string;
  /** The principal of clients that present the key. `scopes` and `claims` are empty by default. */
  readonly principal: Pick<Principal, 'id'> & Partial<Principal>;
}

/**
 * Options of {@link ApiKeyStrategy}.
 *
 * @publicApi
 */
export interface ApiKeyStrategyOptions {
  /** The accepted keys: at least one. */
  readonly keys: readonly ApiKeyEntry[];
}

/**
 * Returns the SHA-256 of an API key in hexadecimal. Make keys with
 * `randomBytes(32).toString('base64url')`: a fast hash is safe only for long random keys.
 *
 * @publicApi
 */
export function hashApiKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/**
 * Recognizes clients by API keys. Each key has a principal.
 *
 * @throws StreamingError `INVALID_OPTIONS` from the constructor
 * @publicApi
 */
export class ApiKeyStrategy implements AuthenticationStrategy {
  /** Its name, for the log. */
  readonly name = 'api-key';
  private readonly keys: readonly { readonly hash: Buffer; readonly principal: Principal }[];

  constructor({ keys }: ApiKeyStrategyOptions) {
    if (keys.length === 0) {
      throw new StreamingError('INVALID_OPTIONS', 'ApiKeyStrategy needs at least one key.');
    }
    this.keys = keys.map(({ hash, principal }) => ({
      hash: parseHash(hash),
      principal: { scopes: [], claims: {}, ...principal },
    }));
  }

  /** Verifies a credential. @returns undefined for a credential of another kind */
  async authenticate({ apiKey }: HandshakeCredential): Promise<Principal | undefined> {
    if (apiKey === undefined) return undefined;
    const presented = Buffer.from(hashApiKey(apiKey), 'hex');
    // All keys are compared, so that the time does not reveal which key matched.
    const matches = this.keys.filter(({ hash }) => timingSafeEqual(hash, presented));
    const [match] = matches;
    if (match === undefined)
      throw authenticationFailed(new Error('`keys` does not have the API key'));
    return match.principal;
  }
}

function parseHash(hash: string): Buffer {
  if (/^[0-9a-f]{64}$/i.test(hash)) return Buffer.from(hash, 'hex');
  throw new StreamingError(
    'INVALID_OPTIONS',
    'The `hash` of an API key must be its SHA-256 in hexadecimal. Make it with `hashApiKey(key)`.',
  );
}
