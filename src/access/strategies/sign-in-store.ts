import { ExpiringMap } from '../../common/expiring-map.js';

/**
 * Keeps the data of sign-ins at an identity provider that the instances of an application share.
 *
 * @publicApi
 */
export interface SignInStore {
  /**
   * Returns the secret of a name. If there is none, `proposal` becomes the secret, in one atomic step: all
   * callers get the same secret.
   */
  secret(name: string, proposal: string): Promise<string>;
  /**
   * Notes that an id was used, in one atomic step. A group keeps a limited number of ids: if there are more,
   * it forgets the ids that were used first. Other groups forget nothing.
   *
   * @param ttlMs - how long the id is kept, in milliseconds; the same for all ids of a group
   * @returns whether this is the first use: of several callers only one gets true
   */
  use(group: string, id: string, ttlMs: number): Promise<boolean>;
}

/** Keeps this data in the memory of the process. */
export class MemorySignInStore implements SignInStore {
  readonly #secrets = new Map<string, string>();
  readonly #groups = new Map<string, ExpiringMap<true>>();

  /** @param maxIds - how many used ids a group keeps */
  constructor(private readonly maxIds = 10_000) {}

  async secret(name: string, proposal: string): Promise<string> {
    const secret = this.#secrets.get(name) ?? proposal;
    this.#secrets.set(name, secret);
    return secret;
  }

  async use(group: string, id: string, ttlMs: number): Promise<boolean> {
    const ids = this.#groups.get(group) ?? new ExpiringMap(this.maxIds);
    this.#groups.set(group, ids);
    if (ids.has(id)) return false;
    ids.setFor(id, true, ttlMs);
    return true;
  }
}
