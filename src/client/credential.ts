import type { AuthenticationPayload } from '../protocol/client-events.js';
import { StreamingClientError } from './streaming-client.error.js';
import type { ClientCredential } from './streaming-client-options.js';

/** The credential of the client. */
export class Credential {
  #source: ClientCredential;

  /** @throws StreamingClientError `INVALID_OPTIONS` if it is neither an object nor a function */
  constructor(source?: ClientCredential) {
    this.#source = typeof source === 'function' ? source : toCredential(source);
  }

  /** Whether {@link current} fetches a new credential each time. */
  get isRefreshable(): boolean {
    return typeof this.#source === 'function';
  }

  /** Replaces the credential. A function is not replaced, because it returns new credentials by itself. */
  replace(credential: AuthenticationPayload): void {
    if (!this.isRefreshable) this.#source = credential;
  }

  /**
   * Returns the credential for the next connection.
   *
   * @throws StreamingClientError `CREDENTIAL_UNAVAILABLE` if the function fails, `INVALID_OPTIONS` if it does not
   * return an object
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

/** Refuses a credential that is not an object, because Socket.IO would wait for its answer without end. */
function toCredential(value: unknown): AuthenticationPayload {
  const credential = value ?? {};
  if (typeof credential === 'object' && !Array.isArray(credential)) return credential;
  throw new StreamingClientError('INVALID_OPTIONS', '`auth` gave no object such as { token }.');
}
