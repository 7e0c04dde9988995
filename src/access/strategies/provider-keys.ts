import { Logger } from '@nestjs/common';
import { boundedFetch } from './bounded-fetch.js';
import type { CryptoKey, FlattenedJWSInput, JWSHeaderParameters, JWTVerifyGetKey } from 'jose';

type RemoteKeySet = ReturnType<(typeof import('jose'))['createRemoteJWKSet']>;
type Verify = readonly [JWSHeaderParameters | undefined, FlattenedJWSInput | undefined];

const MAX_AGE_MS = 600_000;
const COOLDOWN_MS = 30_000;
const MAX_STALE_MS = 86_400_000;
/** Well below the time that strategies have: who waits for the provider can then still be let in. */
const FETCH_TIMEOUT_MS = 2_000;

/** How long keys are used; see `JwtJwksOptions`. */
interface ProviderKeyOptions {
  readonly jwksMaxAgeMs?: number | undefined;
  readonly jwksCooldownMs?: number | undefined;
  readonly jwksMaxStaleMs?: number | undefined;
}

/**
 * The keys that an identity provider publishes. They are fetched anew when they are older than
 * `jwksMaxAgeMs`. While that fails, the last good ones are used for `jwksMaxStaleMs` more, so that a
 * provider that is down does not lock everybody out (stale-if-error, RFC 5861).
 */
export class ProviderKeys {
  readonly #logger = new Logger('JwtStrategy');
  readonly #maxAgeMs: number;
  readonly #cooldownMs: number;
  readonly #maxStaleMs: number;
  #remote: Promise<RemoteKeySet> | undefined;
  /** When the keys at hand were fetched, on the monotonic clock. */
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #failedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly url: URL,
    options: ProviderKeyOptions,
  ) {
    this.#maxAgeMs = options.jwksMaxAgeMs ?? MAX_AGE_MS;
    this.#cooldownMs = options.jwksCooldownMs ?? COOLDOWN_MS;
    this.#maxStaleMs = options.jwksMaxStaleMs ?? MAX_STALE_MS;
  }

  /** Finds the key of a token, as `jwtVerify` asks for it. */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    const remote = await this.#open();
    const isDown = performance.now() - this.#failedAt < this.#cooldownMs;
    if (isDown && remote.jwks()) return this.#findStale(remote, [header, token], undefined);
    const wasFresh = remote.fresh;
    const fetched = (): void => {
      if (!wasFresh) this.#fetchedAt = performance.now();
    };
    try {
      const key = await remote(header, token);
      fetched();
      return key;
    } catch (error) {
      if (!isAboutToken(error)) return this.#findStale(remote, [header, token], error);
      fetched();
      throw error;
    }
  };

  /**
   * @param failure - the error of the provider; undefined if the provider was not asked again
   * @throws `failure`, or an earlier failure, if no key may be used
   */
  async #findStale(remote: RemoteKeySet, verify: Verify, failure: unknown): Promise<CryptoKey> {
    if (failure !== undefined) this.#noteFailure(failure);
    const keys = remote.jwks();
    const ageMs = performance.now() - this.#fetchedAt;
    const unavailable = failure ?? new Error('the provider could not be reached a moment ago');
    if (!keys || ageMs > this.#maxAgeMs + this.#maxStaleMs) throw unavailable;
    const { createLocalJWKSet } = await import('jose');
    return createLocalJWKSet(keys)(...verify).catch(() => {
      // An unknown key may be a new key of the provider. This cannot be checked now.
      throw unavailable;
    });
  }

  #noteFailure(failure: unknown): void {
    const hasKeys = this.#fetchedAt !== Number.NEGATIVE_INFINITY;
    this.#failedAt = performance.now();
    const reason = failure instanceof Error ? failure.message : String(failure);
    this.#logger.warn(
      `The keys of ${this.url.origin} cannot be fetched (${reason}). ${
        hasKeys
          ? `The last good keys are used until they are ${Math.round((this.#maxAgeMs + this.#maxStaleMs) / 1_000)} s old.`
          : 'There are no keys to use instead: nobody can connect until the provider answers.'
      }`,
    );
  }

  #open(): Promise<RemoteKeySet> {
    // Loaded on first use: a CommonJS application that never verifies a token need not load ESM.
    this.#remote ??= import('jose').then(({ createRemoteJWKSet, customFetch }) =>
      createRemoteJWKSet(this.url, {
        [customFetch]: boundedFetch,
        cacheMaxAge: this.#maxAgeMs,
        cooldownDuration: this.#cooldownMs,
        timeoutDuration: FETCH_TIMEOUT_MS,
      }),
    );
    return this.#remote;
  }
}

/** Whether the provider answered, and the token does not fit its keys. */
function isAboutToken(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ERR_JWKS_NO_MATCHING_KEY' || code === 'ERR_JWKS_MULTIPLE_MATCHING_KEYS';
}
