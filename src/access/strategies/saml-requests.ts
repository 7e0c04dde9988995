import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { SamlRequest } from './saml-provider.js';

/** Base64url characters of a 24-byte signature. */
const SIGNATURE_LENGTH = 32;
const ID = /^_([0-9a-z]{1,11})\.([\w-]{16,64})$/;

/**
 * The sign-in requests of this service provider. Anybody can start a sign-in, so open requests are not
 * stored. Instead, the id of a request contains its time and is signed. So strangers who start sign-ins cannot
 * displace the requests of others.
 */
export class SamlRequests {
  readonly #secret: string;

  /**
   * @param secret - signs the ids
   * @param lifetimeMs - how long a request may stay unanswered, in milliseconds
   */
  constructor(
    secret: string,
    private readonly lifetimeMs: number,
  ) {
    this.#secret = secret;
  }

  /** Makes a request. Its id fits into `<AuthnRequest ID="…">`. */
  create(): SamlRequest {
    const now = Date.now();
    const begin = `${now.toString(36)}.${randomBytes(12).toString('base64url')}`;
    return { id: `_${begin}${this.#sign(begin)}`, madeAt: new Date(now).toISOString() };
  }

  /** Finds a request by its id. @returns undefined if this service provider did not make it, or if it is too old */
  find(id: string): SamlRequest | undefined {
    const [, time = '', rest = ''] = ID.exec(id) ?? [];
    const given = Buffer.from(rest.slice(-SIGNATURE_LENGTH));
    const own = Buffer.from(this.#sign(`${time}.${rest.slice(0, -SIGNATURE_LENGTH)}`));
    if (given.length !== own.length || !timingSafeEqual(given, own)) return undefined;
    const madeAt = Number.parseInt(time, 36);
    if (madeAt + this.lifetimeMs <= Date.now()) return undefined;
    return { id, madeAt: new Date(madeAt).toISOString() };
  }

  #sign(text: string): string {
    return createHmac('sha256', this.#secret)
      .update(text)
      .digest()
      .subarray(0, 24)
      .toString('base64url');
  }
}
