import type { SharedLimits } from './shared-limits.js';

/**
 * Counts what principals have in all instances together, such as connections. If the others cannot be asked,
 * an instance goes by its own numbers.
 */
export class SharedPlaces {
  /** How many this instance has, by principal. */
  readonly #own = new Map<string, number>();

  /** @param what - what is counted */
  constructor(
    private readonly limits: Pick<SharedLimits, 'occupy'>,
    private readonly what: string,
  ) {}

  /** Counts one more. @returns how many the principal has now in all instances */
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
