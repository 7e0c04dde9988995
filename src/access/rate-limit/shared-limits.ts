/** A count in a window of time. */
export interface SharedCount {
  /** The count in this window. */
  readonly count: number;
  /** The time until the window ends, in milliseconds; 0 if nothing is counted. */
  readonly endsInMs: number;
}

/**
 * Counts and remembers facts about principals and addresses for all instances of an application together. Keys
 * may be any text. If a call fails, the instance uses its own numbers instead.
 *
 * @publicApi
 */
export interface SharedLimits {
  /**
   * Sets how many of something this instance has now, such as connections of a principal. If the instance dies,
   * its number no longer counts.
   *
   * @param own - the number of this instance
   * @returns the sum over all living instances
   */
  occupy(key: string, own: number): Promise<number>;
  /**
   * Adds to a count. The first addition begins a window of `windowMs` milliseconds.
   *
   * @param by - the number to add; 0 only reads the count
   */
  count(key: string, by: number, windowMs: number): Promise<SharedCount>;
  /** Refuses a principal for `ttlMs` milliseconds from now. */
  refuse(principalKey: string, ttlMs: number): Promise<void>;
  /** Whether a principal is refused. */
  isRefused(principalKey: string): Promise<boolean>;
}
