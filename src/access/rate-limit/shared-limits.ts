/** How something stands that is counted in a window of time. */
export interface SharedCount {
  readonly count: number;
  /** When the window ends, in milliseconds from now; 0 when nothing is counted. */
  readonly endsInMs: number;
}

/**
 * What the instances of an application count and remember together, about principals and addresses.
 * Keys are any text. Where it cannot be asked, an instance goes by its own numbers.
 *
 * @publicApi
 */
export interface SharedLimits {
  /**
   * Says how many of something this instance has now, such as connections of a principal. The number is
   * void when the instance dies.
   *
   * @returns how many all living instances have
   */
  occupy(key: string, own: number): Promise<number>;
  /**
   * Counts in a window that begins with the first.
   *
   * @param by - how many to count; 0 only looks
   */
  count(key: string, by: number, windowMs: number): Promise<SharedCount>;
  /** Refuses a principal for `ttlMs` milliseconds from now. */
  refuse(principalKey: string, ttlMs: number): Promise<void>;
  /** Whether a principal is refused. */
  isRefused(principalKey: string): Promise<boolean>;
}
