import type { AuthenticationPayload } from '../protocol/client-events.js';
import { StreamingClientError } from './streaming-client.error.js';
import type { ClientCredential } from './streaming-client-options.js';

/** Knows what to present to the server now. */
export class Credential {
  #source: ClientCredential;

  /** @throws StreamingClientError `INVALID_OPTIONS` when it is neither an object nor a function */
  constructor(source?: ClientCredential) {
    this.#source = typeof source === 'function' ? source : toCredential(source);
  }

  /** Whether {@link current} fetches a fresh one each time. */
  get isRefreshable(): boolean {
    return typeof this.#source === 'function';
  }

  /** Present this one from now on. A function stays: it gives fresh ones. */
  replace(credential: AuthenticationPayload): void {
    if (!this.isRefreshable) this.#source = credential;
  }

  /**
   * @throws StreamingClientError `CREDENTIAL_UNAVAILABLE` when the function fails, `INVALID_OPTIONS` when
   * it gives something else than an object
   */
  async current(): Promise<AuthenticationPayload> {
    if (typeof this.#source !== 'function') return this.#source;
    let credential;
    try {
      credential = await this.#source();
    } catch (error) {
      throw new StreamingClientError('CREDENTIAL_UNAVAILABLE', '`auth` failed.', {
        cause: error,
      });
    }
    return toCredential(credential);
  }
}

/** Socket.IO would wait for ever for the answer to a credential that is not an object. */
function toCredential(value: unknown): AuthenticationPayload {
  const credential = value ?? {};
  if (typeof credential === 'object' && !Array.isArray(credential)) return credential;
  throw new StreamingClientError('INVALID_OPTIONS', '`auth` gave no object such as { token }.');
}
