import type { SharedLimits } from './shared-limits.js';

/**
 * Counts things of principals over all instances, such as connections. If the shared counts cannot be read,
 * an instance uses its own counts.
 */
export class SharedPlaces {
  /** How many this instance has, by principal. */
  readonly #own = new Map<string, number>();

  /** @param what - the name of the counted things */
  constructor(
    private readonly limits: Pick<SharedLimits, 'occupy'>,
    private readonly what: string,
  ) {}

  /** Counts one more. @returns the number of the principal in all instances */
  async take(principalKey: string): Promise<number> {
    const own = this.#add(principalKey, 1);
    const all = await this.limits.occupy(this.#nameOf(principalKey), own).catch(() => own);
    return Math.max(own, all);
  }

  /** Counts one less. */
  giveBack(principalKey: string): void {
    const own = this.#add(principalKey, -1);
    this.limits.occupy(this.#nameOf(principalKey), own).catch(() => undefined);
  }

  #nameOf(principalKey: string): string {
    return `${this.what}:${principalKey}`;
  }

  #add(principalKey: string, change: number): number {
    const own = (this.#own.get(principalKey) ?? 0) + change;
    if (own > 0) this.#own.set(principalKey, own);
    else this.#own.delete(principalKey);
    return own;
  }
}
