import type { AuthenticationPayload } from '../protocol/client-events.js';
import { StreamingClientError } from './streaming-client.error.js';
import type { ClientCredential } from './streaming-client-options.js';

/** Knows what to present to the server now. */
export class Credential {
  #source: ClientCredential;

  constructor(source: ClientCredential = {}) {
    this.#source = source;
  }

  /** Whether {@link current} fetches a fresh one each time. */
  get isRefreshable(): boolean {
    return typeof this.#source === 'function';
  }

  /** Present this one from now on. A function stays: it gives fresh ones. */
  replace(credential: AuthenticationPayload): void {
    if (!this.isRefreshable) this.#source = credential;
  }

  /** @throws StreamingClientError `CREDENTIAL_UNAVAILABLE` when the function fails */
  async current(): Promise<AuthenticationPayload> {
    try {
      return typeof this.#source === 'function' ? await this.#source() : this.#source;
    } catch (error) {
      throw new StreamingClientError(
        'CREDENTIAL_UNAVAILABLE',
        'The `auth` function failed, so there is nothing to present to the server. See `cause`.',
        { cause: error },
      );
    }
  }
}
