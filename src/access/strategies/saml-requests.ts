import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { CacheItem, CacheProvider } from '@node-saml/node-saml';
import { ExpiringMap } from '../../common/expiring-map.js';

/** Base64url characters of a 24-byte signature. */
const SIGNATURE_LENGTH = 32;
const ID = /^_([0-9a-z]{1,11})\.([\w-]{16,64})$/;

/**
 * The sign-in requests of this service provider. Anybody can start a sign-in, so open requests are not
 * stored. Instead, the id of a request contains its time and is signed. Only answered ids are stored. So
 * strangers who start sign-ins cannot displace the requests of others.
 */
export class SamlRequests implements CacheProvider {
  readonly #secret: Buffer;
  readonly #answered: ExpiringMap<true>;

  /**
   * @param lifetimeMs - how long a request may stay unanswered
   * @param maxAnswered - how many answered requests are remembered
   * @param secret - signs the ids; without it an answer is only good in this process
   */
  constructor(
    private readonly lifetimeMs: number,
    maxAnswered: number,
    secret?: string,
  ) {
    this.#secret = secret === undefined ? randomBytes(32) : Buffer.from(secret);
    this.#answered = new ExpiringMap(maxAnswered);
  }

  /** Makes an id for a new request, in the form for `<AuthnRequest ID="…">`. */
  readonly createId = (): string => {
    const begin = `${Date.now().toString(36)}.${randomBytes(12).toString('base64url')}`;
    return `_${begin}${this.#sign(begin)}`;
  };

  async saveAsync(_id: string, value: string): Promise<CacheItem> {
    return { value, createdAt: Date.now() };
  }

  /** @returns the time of an open request of this service provider, in ISO 8601 */
  async getAsync(id: string): Promise<string | null> {
    const madeAt = this.#madeAt(id);
    if (madeAt === undefined || this.#answered.has(id)) return null;
    return new Date(madeAt).toISOString();
  }

  async removeAsync(id: string | null): Promise<string | null> {
    if (id === null || (await this.getAsync(id)) === null) return null;
    this.#answered.setFor(id, true, this.lifetimeMs);
    return id;
  }

  #madeAt(id: string): number | undefined {
    const [, time = '', rest = ''] = ID.exec(id) ?? [];
    const given = Buffer.from(rest.slice(-SIGNATURE_LENGTH));
    const own = Buffer.from(this.#sign(`${time}.${rest.slice(0, -SIGNATURE_LENGTH)}`));
    if (given.length !== own.length || !timingSafeEqual(given, own)) return undefined;
    const madeAt = Number.parseInt(time, 36);
    return madeAt + this.lifetimeMs > Date.now() ? madeAt : undefined;
  }

  #sign(text: string): string {
    return createHmac('sha256', this.#secret)
      .update(text)
      .digest()
      .subarray(0, 24)
      .toString('base64url');
  }
}
