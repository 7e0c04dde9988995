import type { CacheItem, CacheProvider } from '@node-saml/node-saml';
import { ExpiringMap } from '../../common/expiring-map.js';

/** Remembers the sign-in requests that wait for an answer. Anybody can start one, so it is bounded. */
export class SamlRequestCache implements CacheProvider {
  private readonly requests: ExpiringMap<string>;

  constructor(
    maxRequests: number,
    private readonly lifetimeMs: number,
  ) {
    this.requests = new ExpiringMap(maxRequests);
  }

  async saveAsync(key: string, value: string): Promise<CacheItem> {
    const createdAt = Date.now();
    this.requests.set(key, value, createdAt + this.lifetimeMs);
    return { value, createdAt };
  }

  async getAsync(key: string): Promise<string | null> {
    return this.requests.get(key) ?? null;
  }

  async removeAsync(key: string | null): Promise<string | null> {
    return key !== null && this.requests.take(key) !== undefined ? key : null;
  }
}
